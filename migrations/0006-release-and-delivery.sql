-- What was released, and how it travelled.

create table release (
  school_urn text not null references school,
  id uuid not null default gen_random_uuid(),
  agreement_id text not null, agreement_version int not null, agreement_hash text not null,
  recipient_id text not null,
  kind text not null default 'feed' check (kind in ('feed', 'request')),
  request_key text not null,                  -- idempotency: the same due release is made once
  decided_at timestamptz not null,
  released_by text not null,
  permitted_pupils int not null, withheld_pupils int not null,
  withheld_reasons jsonb not null,            -- {reason code: pupils}
  items text[] not null,
  format text not null, file_name text not null,
  payload_sha256 text not null, payload_bytes int not null,
  ledger_index bigint not null,
  primary key (school_urn, id),
  unique (school_urn, request_key)
);
call tenant_table('release');
revoke update, delete on release from gatehouse_app;

-- The bytes to deliver, encrypted to the recipient. Deleted (shredded) once acknowledged.
create table payload (
  school_urn text not null,
  release_id uuid not null,
  media_type text not null,
  body bytea not null,
  encryption text not null check (encryption in ('age', 'transport')),
  primary key (school_urn, release_id),
  foreign key (school_urn, release_id) references release
);
call tenant_table('payload');

create table delivery (
  school_urn text not null,
  release_id uuid not null,
  transport text not null check (transport in ('sftp', 'https', 'download', 'copy-sheet')),
  state text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'acknowledged', 'dead', 'cancelled')),
  attempts int not null default 0,
  last_error text not null default '',        -- a code and plain words, never the recipient's reply verbatim
  receipt jsonb not null default '{}',
  download_token_hash text, download_expires_at timestamptz,
  queued_at timestamptz not null default now(), sent_at timestamptz, acknowledged_at timestamptz,
  ledger_index bigint,
  primary key (school_urn, release_id),
  foreign key (school_urn, release_id) references release
);
call tenant_table('delivery');
