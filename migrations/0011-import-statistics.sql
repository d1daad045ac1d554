-- A big import fills tables of which the planner still has the statistics of an empty one, in the same transaction that then
-- reads them. Only a table's owner may gather statistics, so this function does it for the application role. It takes no
-- argument that reaches a statement.
create function refresh_import_statistics(pupils boolean) returns void language plpgsql security definer
  set search_path = public as $$
begin
  if pupils then
    analyze pupil;
    analyze contact;
  else
    analyze import_row;
    analyze import_verdict;
  end if;
end $$;
revoke all on function refresh_import_statistics(boolean) from public;
grant execute on function refresh_import_statistics(boolean) to gatehouse_app;
