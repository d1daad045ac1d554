-- Access to the national data under terms. What happened is kept as events, which are never changed; every state is made from
-- them. Keys begin with the organisation: row security shows an applicant's organisation its own rows, the department all.

create function national_organisation() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.national_organisation', true), '') $$;

create procedure access_table(name text) language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy national on %I using (national_scope() = ''collector''
    or (national_scope() = ''applicant'' and organisation = national_organisation()))', name);
  execute format('grant select, insert on %I to gatehouse_national', name);
end $$;

-- stream: organisation | person/<id> | the reference of an application
create table access_event (
  organisation text not null,
  stream text not null,
  number int not null,
  kind text not null,
  data jsonb not null,
  by_name text not null,
  by_role text not null,
  at timestamptz not null,
  primary key (organisation, stream, number)
);
create index access_event_by_stream on access_event (stream, number);
call access_table('access_event');

-- Texts that the ledger commits to by their hash, canonical JSON: what the public register shows in words.
create table access_document (
  organisation text not null,
  hash text not null,
  content text not null,
  primary key (organisation, hash)
);
call access_table('access_document');

-- Files for one project. `payload` is encrypted to the recipient and null once it was shredded.
create table access_extract (
  organisation text not null,
  id uuid not null,
  application text not null,
  at timestamptz not null,
  entry_index bigint not null,                -- in the department's ledger
  manifest jsonb not null,
  payload bytea,
  stopped_at timestamptz,                     -- revoked, destroyed or ended: never given out again
  primary key (organisation, id)
);
create index access_extract_by_application on access_extract (application);
call access_table('access_extract');
grant update on access_extract to gatehouse_national;

-- What somebody asks to take out of the workspace, with the counts that later outputs of every project are compared with.
create table access_output (
  organisation text not null,
  id uuid not null,
  application text not null,
  at timestamptz not null,
  query jsonb not null,
  cells jsonb not null,
  file text not null,
  sha256 text not null,
  released_at timestamptz,
  primary key (organisation, id)
);
create index access_output_released on access_output (released_at) where released_at is not null;
call access_table('access_output');
grant update on access_output to gatehouse_national;

-- Look-ups of single pupils by operational users: how many, never whom.
create table access_enquiry (
  organisation text not null,
  person text not null,
  id uuid not null,
  at timestamptz not null,
  pupils int not null,
  not_on_roll int not null,
  in_sequence int not null,
  out_of_hours boolean not null,
  primary key (organisation, id)
);
create index access_enquiry_by_person on access_enquiry (organisation, person, at);
call access_table('access_enquiry');

-- The department keeps a ledger of its own beside the schools', under a number that no school has. It is no school, so a
-- ledger's keeper is no longer always one of the table of schools; no school's session reaches it, and no session of the
-- department reaches a school's.
do $$ declare name text; begin
  foreach name in array array['ledger', 'ledger_entry', 'ledger_opening', 'ledger_committed', 'ledger_pupil_tree', 'ledger_checkpoint'] loop
    execute format('alter table %I drop constraint if exists %I', name, name || '_school_urn_fkey');
    execute format('create policy not_department on %I as restrictive to gatehouse_app using (school_urn <> ''000000'')', name);
    execute format('create policy department on %I to gatehouse_national
      using (school_urn = ''000000'' and national_scope() = ''collector'')', name);
    execute format('grant select, insert on %I to gatehouse_national', name);
  end loop;
end $$;
grant update on ledger to gatehouse_national;
grant update, delete on ledger_committed to gatehouse_national;
grant delete on ledger_opening to gatehouse_national;
