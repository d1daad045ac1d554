-- What the office and the head work on between building a return and its acknowledgement.

-- What the check of a build found: rule, place and fields, never a value. The newest build of a term keeps its findings.
create table return_finding (
  school_urn text not null,
  build_id uuid not null,
  number int not null,                        -- in the order of the check, from 1
  rule text not null,
  severity text not null,
  pupil_id uuid,                              -- null: of the school or of the whole return
  body jsonb not null,                        -- the finding as the check gave it
  primary key (school_urn, build_id, number),
  foreign key (school_urn, build_id) references return_build on delete cascade,
  -- With the pupil's place in the file: an identity that is severed takes both away.
  foreign key (school_urn, build_id, pupil_id) references return_pupil (school_urn, build_id, pupil_id)
    on delete cascade on update cascade
);
create index return_finding_pupil on return_finding (school_urn, build_id, pupil_id) where pupil_id is not null;
call tenant_table('return_finding');

-- Why what a rule found is right: goes with the return. It stays when the return is built again, for the rule finds it again.
create table return_explanation (
  school_urn text not null references school,
  id uuid not null default gen_random_uuid(),
  collection text not null,
  year int not null,
  term text not null,
  rule text not null,
  pupil_id uuid,                              -- null: everything that the rule found
  body text not null,
  written_at timestamptz not null,
  written_by text not null,
  primary key (school_urn, id),
  unique nulls not distinct (school_urn, collection, year, term, rule, pupil_id),
  foreign key (school_urn, pupil_id) references pupil on delete cascade on update cascade
);
call tenant_table('return_explanation');

-- What stands in the file: pupils by place, as table.item.
alter table return_build add contents jsonb not null default '{}',
  add omitted jsonb not null default '{"missing": [], "unwritable": []}';  -- pupils of whom nothing may leave; values no message holds

-- The explanations as they went with the release, written in its transaction, and what the collector made of them.
alter table return_submission
  add notes jsonb not null default '[]',
  add notes_body bytea,                       -- encrypted to the collector; shredded once they are there
  add notes_sha256 text,
  add notes_taken jsonb;                      -- {taken, refused: [{rule, detail}]}; null: not there yet
