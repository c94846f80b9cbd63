"""usage: files.py NAME ROWS FORMAT=DIRECTORY ...   JSON / CSV ingest with a filter; appends to $LAB/out/NAME.jsonl"""
import sys; sys.path.insert(0, __import__("os").path.dirname(__import__("os").path.abspath(__file__)))
from lab import *
name, rows = sys.argv[1], int(sys.argv[2])
c = Cluster(1, 2, **{"taskmanager.memory.managed.fraction": 0.1}).start(); d = Driver()
conf = {"execution.checkpointing.interval": "5s"}
for x in sys.argv[3:]:
    fmt, directory = x.split("=")
    for warm in (True, False):
        r = run_sql(d, "file_filter", rows, 1, conf=conf, DIR=directory, FMT=fmt)
        r["q"] = "file_" + fmt
        if not warm: record(name, r)
d.close(); stop_all()
