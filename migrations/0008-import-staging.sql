-- Where an import's checked rows wait until they are compared with the register and applied, all of them or none. They hold
-- pupil data: the transaction that ends an import deletes them, and the next import clears what a killed one left.

create table import_row (
  school_urn text not null references school,
  run_id uuid not null,                       -- of import_run
  kind text not null,                         -- pupil | contacts | attendance | … | refused (a pupil's row that can't be used)
  row int not null,
  line int not null,                          -- of the file
  parent int,                                 -- the pupil's row, where the file nests its rows (CTF)
  pupil_key text,                             -- the pupil's id in the MIS
  upn text,
  body jsonb not null,                        -- the register's columns, those that the file gives
  digest text not null,                       -- SHA-256 of the body
  staged_at timestamptz not null default now(),
  primary key (school_urn, run_id, kind, row)
);
create index import_row_pupil on import_row (school_urn, run_id, pupil_key) where pupil_key is not null;
call tenant_table('import_row');

-- What comparing found for each row.
create table import_verdict (
  school_urn text not null references school,
  run_id uuid not null,
  kind text not null,
  row int not null,
  pupil_id uuid,
  contact_id uuid,
  verdict text not null check (verdict in ('new', 'changed', 'unchanged', 'held', 'repeated', 'refused')),
  fields text[] not null default '{}',        -- names of what would change, never a value
  held text[] not null default '{}',          -- names of what is left as it is because of a protection
  primary key (school_urn, run_id, kind, row)
);
call tenant_table('import_verdict');
create index import_verdict_pupil on import_verdict (school_urn, run_id, kind, pupil_id);

-- A pupil without a number in common is matched by name and date of birth.
create index pupil_birth on pupil (school_urn, date_of_birth);

alter table import_run alter column sha256 set default '';
