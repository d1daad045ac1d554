-- What the holdings keep beside their files: which edition is the last (so that files put back from an older day are noticed), who
-- read identities and why, ratings that changed, and what is kept until when. All of it is the collector's alone.

create procedure holdings_table(name text) language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy collector on %I using (national_scope() = ''collector'')', name);
  execute format('grant select, insert on %I to gatehouse_national', name);
end $$;

-- An edition is the set of partitions that stand together, numbered from 1 without a gap. Never changed, never removed.
create table holdings_edition (
  number int primary key,
  sha256 text not null,                       -- of its file
  at timestamptz not null,
  by_name text not null,
  matching_run int not null,
  note text not null
);
call holdings_table('holdings_edition');

create table identity_reading (
  id uuid primary key,
  at timestamptz not null,
  by_name text not null,
  by_role text not null,
  purpose text not null,
  dataset text not null,
  academic_year int not null,
  term text not null,
  version text not null
);
call holdings_table('identity_reading');

-- A rating that departs from the policy's, from a day on. Nothing is rated twice on the same day.
create table holdings_rating (
  dataset text not null,
  column_name text not null,
  from_date date not null,
  risk int not null check (risk between 1 and 9),
  sensitivity text not null check (sensitivity in ('A', 'B', 'C', 'D', 'E')),
  route text not null check (route in ('default', 'by-request', 'never')),
  reason text not null,
  by_name text not null,
  at timestamptz not null,
  primary key (dataset, column_name, from_date)
);
call holdings_table('holdings_rating');

-- Until when a partition is kept, as somebody decided; and that it was destroyed.
create table holdings_retention (
  id uuid primary key,
  dataset text not null,
  academic_year int not null,
  term text not null,
  version text not null,
  kind text not null check (kind in ('keep', 'destroy')),
  until date,                                 -- of keep; null: without an end
  reason text not null,
  by_name text not null,
  at timestamptz not null
);
create index holdings_retention_by_partition on holdings_retention (dataset, academic_year, term, version);
call holdings_table('holdings_retention');
