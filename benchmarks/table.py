#!/usr/bin/env python3
"""Prints the table of docs/performance.md from the lines that scripts/bench collected (a file, or standard input)."""
import json
import statistics
import sys


def main():
    lines = [json.loads(line) for line in (open(sys.argv[1]) if len(sys.argv) > 1 else sys.stdin)]
    ours, peers = {}, {}
    for line in lines:
        key = (line["workload"], line["threads"])
        if "peer" in line:
            peers.setdefault(line["peer"], {}).setdefault(key, []).append(line["seconds_median"])
        else:
            ours.setdefault(key, []).append(line)
    print("| workload | threads | s an epoch, median | min | over oneDNN's products | over our products | "
          + "".join(f"{name} takes | " for name in peers) + "limit, GFLOP/s | between cores, ns |")
    print("| --- " * (8 + len(peers)) + "|")
    for (workload, threads), runs in sorted(ours.items()):
        if "products" not in runs[0]:
            continue
        median = statistics.median(run["seconds_median"] for run in runs)
        fastest = min(run["seconds_min"] for run in runs)

        def over(library):
            ratios = [run["products"][library]["ratio_median"] for run in runs if library in run["products"]]
            return f"{statistics.median(ratios):.2f}" if ratios else "-"

        backend = next(name for name in runs[0]["products"] if name not in ("onednn", "eigen"))
        cells = [workload, str(threads), f"{median:.3f}", f"{fastest:.3f}", over("onednn"), over(backend)]
        for peer in peers.values():
            seconds = peer.get((workload, threads))
            cells.append(f"{statistics.median(seconds) / median:.2f} times" if seconds else "-")
        cells.append(f"{statistics.median(run['limit_gflops'] for run in runs):.0f}")
        cells.append(f"{statistics.median(run['exchange_nanoseconds'] for run in runs):.0f}" if threads > 1 else "")
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
