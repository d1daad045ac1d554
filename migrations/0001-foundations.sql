-- Foundations: the roles, the tenant function every policy uses, schools, staff accounts, tasks.
-- Every table that holds a school's data carries school_urn first in its primary key (it is the distribution key on a
-- cluster) and a row-level-security policy. A missing app.school means no rows, never all rows.

do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'gatehouse_app') then
    create role gatehouse_app nologin nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
end $$;

create function app_school() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.school', true), '') $$;

-- Called at the end of each migration's table definitions: turns row security on and grants the application role.
create procedure tenant_table(name text) language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy school on %I using (school_urn = app_school()) with check (school_urn = app_school())', name);
  execute format('grant select, insert, update, delete on %I to gatehouse_app', name);
end $$;

create table school (
  school_urn text primary key check (school_urn ~ '^[0-9]{6}$'),
  name text not null,
  la_number text not null,
  establishment_number text not null,
  phase text not null,                        -- code set school-phase
  governance text not null,                   -- maintained | academy | independent
  domain text not null,                       -- schema-less; the ledger's origin begins with it
  controller text not null,
  dpo_contact text not null,
  address text not null default '',
  term_dates jsonb not null default '[]'
);
call tenant_table('school');

create table staff_account (
  school_urn text not null references school,
  id uuid not null default gen_random_uuid(),
  email text not null,
  name text not null,
  role text not null check (role in ('office', 'dpo', 'head', 'safeguarding-lead', 'auditor')),
  password_hash text not null,
  disabled_at timestamptz,
  failed_sign_ins int not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (school_urn, id),
  unique (school_urn, email)
);
call tenant_table('staff_account');

create table staff_session (
  school_urn text not null,
  token_hash text not null,                   -- SHA-256 of the cookie's token; the token itself is never stored
  account_id uuid not null,
  csrf text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (school_urn, token_hash),
  foreign key (school_urn, account_id) references staff_account on delete cascade
);
call tenant_table('staff_session');

-- Something a person must do: a dead letter, parents who disagree, an erasure to demand, a pupil held back.
create table task (
  school_urn text not null,
  id uuid not null default gen_random_uuid(),
  kind text not null,
  for_role text not null,
  title text not null,                        -- words only, never a value of a pupil
  detail jsonb not null default '{}',         -- ids and codes only
  dedupe_key text,                            -- one open task for one cause
  opened_at timestamptz not null default now(),
  due_at timestamptz,
  closed_at timestamptz,
  closed_by text,
  outcome text,
  primary key (school_urn, id)
);
create unique index task_one_open on task (school_urn, dedupe_key) where closed_at is null and dedupe_key is not null;
call tenant_table('task');
