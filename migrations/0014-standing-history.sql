-- Who recorded what a recipient showed, change by change. The record itself is recipient_standing: this is its history, so
-- that nobody turns a feed elsewhere without a name beside it. Dates, references, public keys and settings; never a secret.
create table standing_change (
  school_urn text not null references school,
  id uuid not null default gen_random_uuid(),
  sequence bigint generated always as identity,
  recipient_id text not null,
  kind text not null check (kind in ('identity-verified', 'identity-changed', 'contract', 'safeguard', 'key', 'endpoint', 'template')),
  detail jsonb not null default '{}',
  recorded_at timestamptz not null, recorded_by text not null,
  primary key (school_urn, id)
);
create index standing_change_of on standing_change (school_urn, recipient_id, sequence desc);
call tenant_table('standing_change');
revoke update, delete on standing_change from gatehouse_app;

-- A password that somebody else set lets its holder choose their own until this instant, and do nothing else.
alter table staff_account add column one_time_until timestamptz;
