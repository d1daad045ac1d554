-- The history of a return and a group of duplicates are asked for by their own names alone: among a country's, not by reading all.
create index return_event_of on return_event (return_id, number);
create index duplicate_candidate_of_group on duplicate_candidate (group_id);
