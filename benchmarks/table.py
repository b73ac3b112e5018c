#!/usr/bin/env python3
"""Prints tables of what scripts/bench collected: lines of JSON, in a file or on standard input."""
import json
import statistics
import sys


def row(cells):
    print("| " + " | ".join(cells) + " |")


def heading(cells):
    row(cells)
    print("| --- " * len(cells) + "|")


def peer_cells(peers, key, median):
    cells = []
    for seconds in (peer.get(key) for peer in peers.values()):
        cells.append(f"{statistics.median(seconds) / median:.2f} times" if seconds else "-")
    return cells


def training(ours, peers):
    heading(["workload", "threads", "s an epoch, median", "min", "over oneDNN's products", "over our products"]
            + [f"{name} takes" for name in peers] + ["limit, GFLOP/s", "between cores, ns"])
    for (workload, threads), runs in sorted(ours.items()):
        median = statistics.median(run["seconds_median"] for run in runs)
        fastest = min(run["seconds_min"] for run in runs)

        def over(library):
            products = [run.get("products", {}) for run in runs]  # none with --alone
            ratios = [each[library]["ratio_median"] for each in products if library in each]
            return f"{statistics.median(ratios):.2f}" if ratios else "-"

        names = runs[0].get("products", {})
        backend = next((name for name in names if name not in ("onednn", "eigen")), "eigen")  # with TANDEM_GEMM=eigen
        row([workload, str(threads), f"{median:.3f}", f"{fastest:.3f}", over("onednn"), over(backend)]
            + peer_cells(peers, (workload, threads), median)
            + [f"{statistics.median(run['limit_gflops'] for run in runs):.0f}",
               f"{statistics.median(run['exchange_nanoseconds'] for run in runs):.0f}" if threads > 1 else ""])


def inference(ours, peers):
    heading(["workload", "threads", "a batch, us", "images/s"] + [f"{name} takes" for name in peers])
    for (workload, threads), runs in sorted(ours.items()):
        median = statistics.median(run["seconds_median"] for run in runs)
        row([workload, str(threads), f"{median * 1e6:.1f}", f"{runs[0]['batch'] / median:,.0f}"]
            + peer_cells(peers, (workload, threads), median))


def start(ours):
    heading(["workload", "threads", "s to the first step", "peak memory, MB"])
    for (workload, threads), runs in sorted(ours.items()):
        row([workload, str(threads), f"{statistics.median(run['seconds_to_first_step'] for run in runs):.3f}",
             f"{max(run['peak_memory_bytes'] for run in runs) / 1e6:.0f}"])


def main():
    lines = [json.loads(line) for line in (open(sys.argv[1]) if len(sys.argv) > 1 else sys.stdin)]
    trained, inferred, started, peers = {}, {}, {}, {}
    for line in lines:
        key = (line["workload"], line["threads"])
        if "peer" in line:
            peers.setdefault(line["peer"], {}).setdefault(key, []).append(line["seconds_median"])
        else:
            kind = trained if "epochs" in line else started if "seconds_to_first_step" in line else inferred
            kind.setdefault(key, []).append(line)
    training(trained, peers)
    print()
    inference(inferred, peers)
    if started:
        print()
        start(started)


if __name__ == "__main__":
    main()
