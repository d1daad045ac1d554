-- The register: who the pupils are, as the MIS says. Names follow the common basic data set.

create table pupil (
  school_urn text not null references school,
  id uuid not null default gen_random_uuid(),
  mis_id text not null,                       -- the MIS's own id; the key an import matches on first
  admission_number text,
  upn text, former_upn text, uln text,
  surname text not null, forename text not null, middle_names text,
  preferred_surname text, preferred_forename text,
  former_surname text, former_forename text,
  date_of_birth date not null,
  sex text not null,                          -- code set sex
  ethnicity text, ethnicity_source text,
  first_language text, eal boolean,
  religion text,
  year_group text not null,                   -- code set year-group
  registration_group text,
  maths_class text,
  enrolment_status text not null,             -- code set enrolment-status
  entry_date date not null, leaving_date date, leaving_reason text,
  destination_la text, destination_establishment text, destination_name text,
  part_time boolean not null default false,
  fsm_eligible boolean not null default false,
  universal_infant_meal boolean not null default false,
  pupil_premium boolean not null default false,
  dietary_requirement text,                   -- as the kitchen needs it ("halal meal"), never the reason
  allergens text[] not null default '{}',
  medical_needs text, medical_flag boolean not null default false,
  disabilities text[] not null default '{}',
  sen_provision text, sen_start_date date,
  looked_after boolean not null default false, care_authority text,
  previously_looked_after text,               -- code set plaa
  child_in_need boolean not null default false, child_protection_plan boolean not null default false,
  service_child text, young_carer text, kinship_care text,
  funding_code text, funded_hours numeric(4, 1),
  sessions_booked text[] not null default '{}', room text,
  photo text,                                 -- reference of the image in the MIS, not the image
  child_measurement_opt_out boolean not null default false,
  address_line_1 text, address_line_2 text, town text, county text, postcode text,
  family_id uuid,                             -- siblings share it
  adopted boolean not null default false,     -- a new identity stands here; nothing of the former one may be kept beside it
  source_digest text not null,                -- SHA-256 of the imported row: makes a repeated import a no-op
  updated_at timestamptz not null default now(),
  primary key (school_urn, id),
  unique (school_urn, mis_id)
);
-- One current UPN for one pupil (identifiers.md 1.9); a dual-registered pupil has a row in each school.
create unique index pupil_upn on pupil (school_urn, upn) where upn is not null;
call tenant_table('pupil');

create table contact (
  school_urn text not null references school,
  id uuid not null default gen_random_uuid(),
  mis_id text not null,
  title text, surname text not null, forename text not null,
  phone text, mobile text, email text,
  address_line_1 text, address_line_2 text, town text, postcode text,
  national_insurance_number text,             -- only for the life of one eligibility check
  account_email text,                         -- the parent's own sign-in, when they have one
  primary key (school_urn, id),
  unique (school_urn, mis_id)
);
call tenant_table('contact');

create table pupil_contact (
  school_urn text not null,
  pupil_id uuid not null,
  contact_id uuid not null,
  priority int not null,
  relationship text not null,                 -- code set relationship
  parental_responsibility boolean not null,
  lives_with_pupil boolean not null default false,
  emergency boolean not null default false,
  may_collect boolean not null default false,
  pays_invoices boolean not null default false,
  court_order boolean not null default false, -- an order limits what this contact may learn or decide
  primary key (school_urn, pupil_id, contact_id),
  foreign key (school_urn, pupil_id) references pupil on delete cascade,
  foreign key (school_urn, contact_id) references contact on delete cascade
);
create index pupil_contact_contact on pupil_contact (school_urn, contact_id);
call tenant_table('pupil_contact');

create table sen_need (
  school_urn text not null, pupil_id uuid not null, rank int not null,
  sen_type text not null, start_date date, end_date date,
  primary key (school_urn, pupil_id, rank),
  foreign key (school_urn, pupil_id) references pupil on delete cascade
);
call tenant_table('sen_need');

create table fsm_period (
  school_urn text not null, pupil_id uuid not null, start_date date not null, end_date date,
  uk_country text not null default 'ENG', category text, verified_on date,
  primary key (school_urn, pupil_id, start_date),
  foreign key (school_urn, pupil_id) references pupil on delete cascade
);
call tenant_table('fsm_period');

create table attendance_mark (
  school_urn text not null, pupil_id uuid not null, day date not null,
  session text not null check (session in ('AM', 'PM')),
  code text not null,                         -- code set attendance-2024
  primary key (school_urn, pupil_id, day, session),
  foreign key (school_urn, pupil_id) references pupil on delete cascade
);
call tenant_table('attendance_mark');

-- The statistical meaning of each attendance code, loaded from policy/codes: data that the school may correct.
create table attendance_code (
  code text primary key, label text not null,
  meaning text not null, counts_as_possible boolean not null
);
grant select, insert, update, delete on attendance_code to gatehouse_app;

create table assessment_result (
  school_urn text not null, pupil_id uuid not null, id int not null,
  stage text not null, subject text not null, method text not null, component text not null default '',
  year text not null, result text not null, result_date date,
  primary key (school_urn, pupil_id, id),
  foreign key (school_urn, pupil_id) references pupil on delete cascade
);
call tenant_table('assessment_result');

create table suspension (
  school_urn text not null, pupil_id uuid not null, start_date date not null,
  category text not null, reasons text[] not null, sessions int not null,
  primary key (school_urn, pupil_id, start_date),
  foreign key (school_urn, pupil_id) references pupil on delete cascade
);
call tenant_table('suspension');

create table school_history (
  school_urn text not null, pupil_id uuid not null, entry_date date not null,
  la_number text not null, establishment_number text not null, school_name text not null,
  leaving_date date, leaving_reason text,
  primary key (school_urn, pupil_id, entry_date),
  foreign key (school_urn, pupil_id) references pupil on delete cascade
);
call tenant_table('school_history');

-- A mark that protects a pupil and that an import never overwrites.
-- kind: confidential-address | adoption | court-order | restriction | objection | safeguarding
create table protection (
  school_urn text not null,
  id uuid not null default gen_random_uuid(),
  pupil_id uuid not null,
  kind text not null,
  agreement_id text,                          -- null: for every agreement; objection names the one objected to
  allowed_recipients text[] not null default '{}',
  contact_id uuid,                            -- court-order: the person it binds
  from_date date not null, to_date date,
  recorded_by text not null, recorded_at timestamptz not null default now(),
  lifted_at timestamptz, lifted_by text, ground text not null,
  primary key (school_urn, id),
  foreign key (school_urn, pupil_id) references pupil on delete cascade
);
create index protection_pupil on protection (school_urn, pupil_id);
call tenant_table('protection');

-- One import: its source, what it changed, and every row it would not take.
create table import_run (
  school_urn text not null, id uuid not null default gen_random_uuid(),
  source text not null, file_name text not null, sha256 text not null,
  started_at timestamptz not null default now(), applied_at timestamptz,
  new_count int not null default 0, changed_count int not null default 0, left_count int not null default 0,
  unchanged_count int not null default 0,
  rejections jsonb not null default '[]',     -- {line, column, code}: never the value
  by text not null,
  primary key (school_urn, id)
);
call tenant_table('import_run');
