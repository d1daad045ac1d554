-- The collector's side: who must send what, what came in, what was found, said and decided. A role of its own, which has no
-- rights on a school's tables; gatehouse_app has none on these. Every key begins with the authority's number and the source
-- (a school's URN, an authority's number): together they are the distribution key on a cluster. Row security shows a source
-- its own rows, an authority those of its area, the collector all; nothing set means no rows.

do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'gatehouse_national') then
    create role gatehouse_national nologin nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
end $$;

-- source | authority | collector
create function national_scope() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.national', true), '') $$;
create function national_authority() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.national_authority', true), '') $$;
create function national_source_set() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.national_source', true), '') $$;

create procedure national_table(name text) language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy national on %I using (national_scope() = ''collector''
    or (la_number = national_authority() and (national_scope() = ''authority''
      or (national_scope() = ''source'' and source = national_source_set()))))', name);
  execute format('grant select, insert, update, delete on %I to gatehouse_national', name);
end $$;

-- One round of a collection: opened once, closed once. No row security beyond reading: it tells nothing of anybody.
create table collection_round (
  collection text not null,
  year int not null,
  term text not null,
  census date not null,
  due date,
  opened_at timestamptz not null,
  closed_at timestamptz,
  primary key (collection, year, term)
);
alter table collection_round enable row level security;
alter table collection_round force row level security;
create policy seen on collection_round for select using (national_scope() is not null);
create policy kept on collection_round using (national_scope() = 'collector');
grant select, insert, update on collection_round to gatehouse_national;

create table national_source (
  la_number text not null check (la_number ~ '^[0-9]{3}$'),
  source text not null check (source ~ '^[0-9A-Za-z]{3,12}$'),
  kind text not null check (kind in ('school', 'authority', 'board', 'agency')),
  name text not null,
  establishment_number text not null default '',
  phase text not null default '',             -- code set school-phase
  school_type text not null default '',       -- code set school-type
  governance text not null default '',        -- code set governance: who approves follows from it
  sixth_form boolean,
  public_key text,                            -- Ed25519, base64url: signs what the source sends
  listed boolean not null,                    -- by the collector's register; false: known from its own return alone
  entered_at timestamptz not null,
  entered_by text not null,
  primary key (la_number, source)
);
create index national_source_listed on national_source (listed) where listed;
create index national_source_by_source on national_source (source);
create index national_source_by_establishment on national_source (la_number, establishment_number);
call national_table('national_source');

-- What one source owes in one round.
create table expected_return (
  la_number text not null,
  source text not null,
  collection text not null,
  year int not null,
  term text not null,
  approver text not null check (approver in ('authority', 'none')),
  due date,                                   -- the source's own; null: the round's
  return_id uuid,                             -- the version that stands; null: no data
  versions int not null default 0,
  primary key (la_number, source, collection, year, term),
  foreign key (la_number, source) references national_source,
  foreign key (collection, year, term) references collection_round
);
create index expected_return_by_round on expected_return (collection, year, term, la_number);
call national_table('expected_return');

create table collected_return (
  la_number text not null,
  source text not null,
  id uuid not null,
  collection text not null,
  year int not null,
  term text not null,
  version int not null,
  state text not null,                        -- core/collections/submission.ts names them
  state_since timestamptz not null,
  census date not null,
  received_at timestamptz not null,
  received_by text not null,
  received_as text not null,                  -- the role: source, agent, operator
  replaces uuid,
  replace_reason text,
  body_sha256 text not null,                  -- of the bytes as they were sent
  message_sha256 text not null,               -- of the message in them
  bytes bigint not null,
  file_name text not null,                    -- a results file's name says of what it is
  token_id text,                              -- of the token that came with it
  receipt text,
  tries int not null default 0,               -- validations that were begun
  claimed_by text,                            -- who validates it at this moment, and until when nobody else may
  claimed_until timestamptz,
  records jsonb not null default '{}',        -- by table
  measures jsonb not null default '{}',
  before jsonb not null default '{}',         -- the measures that it was compared with
  errors int not null default 0,
  queries int not null default 0,
  findings_left_out int not null default 0,   -- counted above, and too many to be kept
  primary key (la_number, source, id),
  unique (la_number, source, collection, year, term, version),
  unique (la_number, source, token_id),
  foreign key (la_number, source, collection, year, term) references expected_return
);
create index collected_return_by_id on collected_return (id);
create index collected_return_by_message on collected_return (message_sha256);
create index collected_return_waiting on collected_return (received_at) where state = 'waiting-for-validation';
call national_table('collected_return');

-- A place and a rule, never a value.
create table collected_finding (
  la_number text not null,
  source text not null,
  return_id uuid not null,
  number int not null,
  rule text not null,
  severity text not null check (severity in ('error', 'query', 'term-on-term')),
  level text not null,
  location text not null,
  message text not null,
  table_name text,
  ordinal int,
  line int,
  items text[] not null,
  note_accepts text not null check (note_accepts in ('none', 'confirmation', 'reason')),
  note_says text not null,
  primary key (la_number, source, return_id, number),
  foreign key (la_number, source, return_id) references collected_return on delete cascade
);
call national_table('collected_finding');
revoke update on collected_finding from gatehouse_national;

create table return_note (
  la_number text not null,
  source text not null,
  return_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('explanation', 'confirmation', 'correction-made', 'authority-comment', 'collector-reply')),
  rule text,                                  -- null: of the whole return
  findings jsonb,                             -- numbers; null: every one of the rule
  text text not null,
  author text not null,
  author_role text not null,
  written_at timestamptz not null,
  outcome text check (outcome in ('accepted', 'rejected')),
  outcome_reason text,
  outcome_by text,
  outcome_at timestamptz,
  supersedes uuid,
  superseded boolean not null default false,
  primary key (la_number, source, return_id, id),
  foreign key (la_number, source, return_id) references collected_return on delete cascade
);
call national_table('return_note');
revoke delete on return_note from gatehouse_national;

-- What was done with a return, in order. Never changed.
create table return_event (
  la_number text not null,
  source text not null,
  return_id uuid not null,
  number int not null,
  move text not null,
  from_state text not null,
  to_state text not null,
  by_name text not null,
  by_role text not null,
  reason text,
  at timestamptz not null,
  primary key (la_number, source, return_id, number),
  foreign key (la_number, source, return_id) references collected_return on delete cascade
);
call national_table('return_event');
revoke update, delete on return_event from gatehouse_national;

-- A record that shares a pupil with another school's, by place; why, and what became of it.
create table duplicate_candidate (
  la_number text not null,
  source text not null,
  return_id uuid not null,
  lineage text not null,
  kind text not null check (kind in ('same-upn', 'same-person')),
  collection text not null,
  year int not null,
  term text not null,
  group_id uuid not null,                     -- of no meaning: never made from a UPN
  ordinal int not null,
  line int not null,
  conflict boolean not null,                  -- false: a dual registration as it should be
  why text not null,
  status int not null,                        -- of the record in the national file
  decided_by text,                            -- a person, where the hierarchy did not
  found_at timestamptz not null,
  primary key (la_number, source, return_id, lineage, kind),
  foreign key (la_number, source, return_id) references collected_return on delete cascade
);
create index duplicate_candidate_by_round on duplicate_candidate (collection, year, term, kind, group_id);
call national_table('duplicate_candidate');

-- People who work on the national side. A source's account has both keys, an authority's the first, the collector's neither.
create table national_account (
  la_number text not null,
  source text not null,
  id uuid not null default gen_random_uuid(),
  scope text not null check (scope in ('source', 'authority', 'collector')),
  email text not null,
  name text not null,
  password_hash text,                         -- null: uses the command only
  one_time_until timestamptz,
  failed_sign_ins int not null default 0,
  locked_until timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null,
  primary key (la_number, source, id),
  unique (la_number, source, email),
  check ((scope = 'collector') = (la_number = '') and (scope = 'source') = (source <> ''))
);
create unique index national_account_by_email on national_account (email);
call national_table('national_account');
