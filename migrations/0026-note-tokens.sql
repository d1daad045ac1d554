-- Tokens that came with notes, for as long as one is taken after it was signed: none is taken twice.
create table note_token (
  la_number text not null,
  source text not null,
  token_id text not null,                     -- its jti
  used_at timestamptz not null,
  primary key (la_number, source, token_id),
  foreign key (la_number, source) references national_source on delete cascade
);
call national_table('note_token');
revoke update on note_token from gatehouse_national;
