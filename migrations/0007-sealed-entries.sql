-- What the ledger's commitments stand for, kept apart from the log so that it can be erased while the log stays whole.

-- The root of the tree that ends with this entry: the frontier is checked against it at every append.
alter table ledger_entry add column tree_root bytea not null;

-- One row opens one commitment inside a leaf. kind: entry (the real leaf of a sealed entry) | payload | erasure.
create table ledger_committed (
  school_urn text not null references school,
  entry_index bigint not null,
  kind text not null check (kind in ('entry', 'payload', 'erasure')),
  salt bytea not null,
  content text not null,                      -- canonical JSON (RFC 8785), byte for byte what was committed to
  revealed_at timestamptz, revealed_by text,  -- a restricted entry that the lead or the DPO has opened
  primary key (school_urn, entry_index, kind)
);
call tenant_table('ledger_committed');

-- The commitments of one entry's pupils in tree order, 32 bytes each. Without salts they say nothing; with them gone the
-- other pupils' proofs still hold.
create table ledger_pupil_tree (
  school_urn text not null references school,
  entry_index bigint not null,
  commitments bytea not null,
  primary key (school_urn, entry_index)
);
call tenant_table('ledger_pupil_tree');
revoke update, delete on ledger_pupil_tree from gatehouse_app;

-- A checkpoint is signed again when nothing happened for long, so that silence shows: several may have one size.
alter table ledger_checkpoint drop constraint ledger_checkpoint_pkey;
alter table ledger_checkpoint add primary key (school_urn, size, signed_at);
revoke update, delete on ledger_checkpoint from gatehouse_app;
revoke delete on ledger from gatehouse_app;
