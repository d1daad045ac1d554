-- Sessions of people on the national side, as staff_session keeps a school's. The key begins as the account's does.
create table national_session (
  la_number text not null,
  source text not null,
  token_hash text not null,                   -- SHA-256 of the cookie's token; the token itself is never stored
  account_id uuid not null,
  csrf text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (la_number, source, token_hash),
  foreign key (la_number, source, account_id) references national_account on delete cascade
);
create unique index national_session_by_token on national_session (token_hash);
call national_table('national_session');
