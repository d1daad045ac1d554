-- The ledger's entries and the openings of its commitments. Tiles and checkpoints are files made from these rows.

create table ledger (
  school_urn text primary key references school,
  origin text not null,                       -- <school domain>/gatehouse/disclosures; never changes
  size bigint not null default 0,
  frontier bytea not null default ''          -- roots of the complete subtrees, largest first, 32 bytes each: append is O(log n)
);
call tenant_table('ledger');

create table ledger_entry (
  school_urn text not null references school,
  index bigint not null,
  type text not null,                         -- release/v1 | delivery/v1 | erasure/v1 | notice/v1 | map-root/v1 …
  leaf bytea not null,                        -- canonical JSON (RFC 8785), no personal data
  leaf_hash bytea not null,                   -- SHA-256(0x00 || leaf)
  recorded_at timestamptz not null,
  visibility text not null default 'open' check (visibility in ('open', 'summary', 'restricted')),
  reveal_at timestamptz,
  primary key (school_urn, index)
);
call tenant_table('ledger_entry');
revoke update, delete on ledger_entry from gatehouse_app;

-- The opening of one pupil's commitment in one release. Erased by deleting the row: the log stays whole.
create table ledger_opening (
  school_urn text not null references school,
  entry_index bigint not null,
  position int not null,                      -- leaf number in the release's commitment tree
  pupil_id uuid not null,
  salt bytea not null,
  record jsonb not null,                      -- {release, agreement, items, withheld, basis}: codes, never values
  primary key (school_urn, entry_index, position)
);
create index ledger_opening_pupil on ledger_opening (school_urn, pupil_id, entry_index);
call tenant_table('ledger_opening');

create table ledger_checkpoint (
  school_urn text not null references school,
  size bigint not null,
  note text not null,                         -- the signed note, verbatim, with every signature
  signed_at timestamptz not null,
  primary key (school_urn, size)
);
call tenant_table('ledger_checkpoint');
