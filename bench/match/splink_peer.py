"""Splink on DuckDB over the same files, comparisons and blocking: python splink_peer.py PLAN.json; prints JSON of seconds by step."""

import json
import resource
import sys
import time

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

plan = json.load(open(sys.argv[1]))
settle = {
    "names": lambda of: cl.ForenameSurnameComparison(*of),
    "date": lambda of: cl.DamerauLevenshteinAtThresholds(of, [1, 2]),
    "identifier": lambda of: cl.DamerauLevenshteinAtThresholds(of, 1),
    "name": lambda of: cl.NameComparison(of),
    "text": lambda of: cl.JaroWinklerAtThresholds(of, [0.9, 0.75]),
    "exact": lambda of: cl.ExactMatch(of),
    "postcode": lambda of: cl.PostcodeComparison(of),
}


def comparison(each):
    made = settle[each["compare"]](each["of"])
    if each["termFrequency"] and each["compare"] != "names":
        made = made.configure(term_frequency_adjustments=True)
    return made


begun = time.perf_counter()
steps = {}


def step(name):
    global begun
    now = time.perf_counter()
    steps[name] = now - begun
    begun = now


connection = duckdb.connect()
api = DuckDBAPI(connection)
tables = [api.register(connection.read_parquet(f)) for f in plan["files"]]
linker = Linker(
    tables if len(tables) > 1 else tables[0],
    SettingsCreator(
        link_type="dedupe_only" if len(tables) == 1 else "link_only",
        unique_id_column_name="id",
        comparisons=[comparison(each) for each in plan["comparisons"]],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in plan["blocking"]],
        retain_matching_columns=False,
    ),
    log_level=40,
)
step("load")
linker.training.estimate_probability_two_random_records_match([block_on(*rule) for rule in plan["sure"]], recall=plan["recall"])
linker.training.estimate_u_using_random_sampling(max_pairs=plan["pairs"], seed=1)
for rule in plan["learn"]:
    linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
step("train")
pairs = linker.inference.predict(threshold_match_probability=plan["threshold"])
step("predict")
people = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=plan["threshold"])
step("cluster")
rows = people.as_record_list()
with open(plan["out"], "w") as out:
    out.write("record,person\n")
    for row in rows:
        out.write(f"{row['id']},{row['cluster_id']}\n")
print(json.dumps({**steps, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
