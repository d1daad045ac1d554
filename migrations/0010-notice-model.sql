-- The published notice as data, so that a page shows the version that was published and not the policy of today. The
-- Markdown, whose SHA-256 the ledger holds, is made from it.
alter table notice_version add column model jsonb not null default '{}';
