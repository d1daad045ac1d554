-- Statutory returns of the school: what they need beside the register, what was built, who signed it off, what was submitted.

-- More than one of these a pupil: each row is an item's value, as attendance and suspensions are.
create view free_meals_facts with (security_invoker = true) as
select school_urn, pupil_id, start_date as "freeMeals.startDate", end_date as "freeMeals.endDate",
  uk_country as "freeMeals.country"
from fsm_period;
grant select on free_meals_facts to gatehouse_app;

create view sen_need_facts with (security_invoker = true) as
select school_urn, pupil_id, rank as "senNeed.rank", sen_type as "senNeed.type",
  start_date as "senNeed.startDate", end_date as "senNeed.endDate"
from sen_need;
grant select on sen_need_facts to gatehouse_app;

-- What a collection asks of the school and no register holds: its type, its intake, that it has no SEN unit. No pupil's data.
create table return_setting (
  school_urn text not null references school,
  collection text not null,
  body jsonb not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  primary key (school_urn, collection)
);
call tenant_table('return_setting');

-- A return that was built: its hash and numbers, never its bytes. The newest of a term is the one that can be signed off.
create table return_build (
  school_urn text not null references school,
  id uuid not null default gen_random_uuid(),
  sequence bigint generated always as identity,
  collection text not null,
  year int not null,
  term text not null,
  census date not null,
  file_name text not null,
  sha256 text not null,
  bytes int not null,
  built_at timestamptz not null,
  built_by text not null,
  measures jsonb not null,                    -- what the next return is compared with
  summary jsonb not null,                     -- what the head signs off: counts
  findings jsonb not null,                    -- {rule: records}, by severity
  left_out jsonb not null,                    -- {item: pupils} that were not permitted
  signed_off_at timestamptz,
  signed_off_by text,
  statement text,
  primary key (school_urn, id),
  unique (school_urn, collection, year, term, sha256)
);
create index return_build_newest on return_build (school_urn, collection, year, term, sequence desc);
call tenant_table('return_build');

-- Whose record is which in the file: findings lead from the one to the other, and what leaves is decided by it.
create table return_pupil (
  school_urn text not null,
  build_id uuid not null,
  ordinal int not null,                       -- among the file's pupils, from 1
  pupil_id uuid not null,
  primary key (school_urn, build_id, ordinal),
  unique (school_urn, build_id, pupil_id),
  foreign key (school_urn, build_id) references return_build on delete cascade,
  foreign key (school_urn, pupil_id) references pupil on delete cascade on update cascade
);
call tenant_table('return_pupil');

-- A build that was released to its collector: written in the transaction of the release and its ledger entry.
create table return_submission (
  school_urn text not null,
  release_id uuid not null,
  build_id uuid not null,
  collector text not null,                    -- the origin that it goes to
  replaces text,                              -- why it takes the place of one that stands
  receipt text,                               -- the collector's signed token, as it came
  return_id uuid, state text,                 -- what the collector calls it, and where it stood when it arrived
  primary key (school_urn, release_id),
  foreign key (school_urn, release_id) references release,
  foreign key (school_urn, build_id) references return_build
);
call tenant_table('return_submission');

alter table delivery drop constraint delivery_transport_check,
  add constraint delivery_transport_check check (transport in ('sftp', 'https', 'download', 'copy-sheet', 'collector'));
