-- A source's public key for SFTP, as OpenSSH writes it (`ssh-ed25519 AAAA…`).
alter table national_source add column sftp_key text;
