#!/usr/bin/env python3
"""Prints the times of another framework's ops as multiples of ours, the ops that are slow here first:

    bench_ops --benchmark_repetitions=5 --benchmark_out=ours.json
    benchmarks/ops_table.py ours.json lines_of_libtorch_ops.json"""
import json
import statistics
import sys

SIZES = ("128/512", "1024/784")


def ours(path):
    runs = json.load(open(path))["benchmarks"]
    return {run["run_name"]: run["real_time"] / 1000 for run in runs if run.get("aggregate_name") == "median"}


def main():
    mine = ours(sys.argv[1])
    theirs = {line["name"]: line["microseconds"] for line in map(json.loads, open(sys.argv[2]))}
    columns = [(gradient, size) for gradient in ("", "+gradient") for size in SIZES]
    rows = {}
    for op in dict.fromkeys(name.split("/")[0].removesuffix("+gradient") for name in theirs):
        names = [f"{op}{gradient}/{size}" for gradient, size in columns]
        rows[op] = [theirs[name] / mine[name] if name in theirs and name in mine else None for name in names]
    print("| op | " + " | ".join((gradient or "forward").lstrip("+") + " " + size.replace("/", " x ")
                                 for gradient, size in columns) + " |")
    print("| --- " * (len(columns) + 1) + "|")
    for op, ratios in sorted(rows.items(), key=lambda item: min(ratio for ratio in item[1] if ratio)):
        print(f"| {op} | " + " | ".join(f"{ratio:.2f}" if ratio else "" for ratio in ratios) + " |")
    medians = [statistics.median(filter(None, column)) for column in zip(*rows.values())]
    print("| median | " + " | ".join(f"{median:.2f}" for median in medians) + " |")


if __name__ == "__main__":
    main()
