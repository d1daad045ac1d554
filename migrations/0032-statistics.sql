-- Published statistics: a version of a data set on its way from draft to publication, and what was done with it. Only the
-- department's side sees them here; the public reads what is published through the query service.

create procedure statistics_table(name text) language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy national on %I using (national_scope() = ''collector'')', name);
  execute format('grant select, insert on %I to gatehouse_national', name);
end $$;

create table statistic_version (
  publication text not null,
  data_set text not null,
  id uuid not null,
  state text not null check (state in ('draft', 'signed-off', 'published', 'withdrawn', 'dropped')),
  about jsonb not null,                       -- titles, policy and release, in words
  checks jsonb not null,                      -- what the quality checks found
  change jsonb not null,                      -- differences from the version before; its kind gives the number
  major int,                                  -- null until it is published
  minor int,
  patch int,
  rows bigint not null,
  data_sha256 text not null,
  meta_sha256 text not null,
  digest text not null,                       -- of data and metadata: what a client asks to know whether figures changed
  matching_run int,                           -- of the newest holdings that it is made of
  drafted_by text not null,
  drafted_at timestamptz not null,
  signed_by text,
  publish_at timestamptz,
  published_at timestamptz,
  withdrawn_at timestamptz,
  reason text,                                -- of an amendment
  primary key (publication, data_set, id),
  unique (publication, data_set, major, minor, patch),
  check ((published_at is null) = (major is null))
);
create index statistic_version_by_id on statistic_version (id);
create index statistic_version_due on statistic_version (publish_at) where state = 'signed-off';
call statistics_table('statistic_version');
grant update on statistic_version to gatehouse_national;

-- Every move, with who and when. Never changed.
create table statistic_event (
  publication text not null,
  data_set text not null,
  version_id uuid not null,
  number int not null,
  move text not null,
  by_name text not null,
  by_role text not null,
  reason text,
  at timestamptz not null,
  primary key (publication, data_set, version_id, number),
  foreign key (publication, data_set, version_id) references statistic_version
);
call statistics_table('statistic_event');

-- Named people who may see a version before it is published, between two instants; and every time that one did.
create table statistic_early_access (
  publication text not null,
  data_set text not null,
  version_id uuid not null,
  email text not null,
  name text not null,
  post text not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  given_by text not null,
  given_at timestamptz not null,
  primary key (publication, data_set, version_id, email),
  foreign key (publication, data_set, version_id) references statistic_version
);
call statistics_table('statistic_early_access');

create table statistic_early_view (
  publication text not null,
  data_set text not null,
  version_id uuid not null,
  email text not null,
  at timestamptz not null,
  primary key (publication, data_set, version_id, email, at),
  foreign key (publication, data_set, version_id, email) references statistic_early_access
);
call statistics_table('statistic_early_view');

-- A merge or split of references after a version was made: its figures may be others now.
create table statistic_flag (
  publication text not null,
  data_set text not null,
  version_id uuid not null,
  change bigint not null,                     -- number in match_change
  kind text not null,
  flagged_at timestamptz not null,
  primary key (publication, data_set, version_id, change),
  foreign key (publication, data_set, version_id) references statistic_version
);
call statistics_table('statistic_flag');
