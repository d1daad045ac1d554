-- What the department's own people are trusted with beyond collecting. Nobody else has a duty.
alter table national_account add column duties text[] not null default '{}'
  check (duties <@ array['match-review', 'statistics', 'statistics-sign-off', 'access-office', 'access-panel', 'output-check'])
  check (scope = 'collector' or duties = '{}');
