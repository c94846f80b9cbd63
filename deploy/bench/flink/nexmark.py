"""usage: nexmark.py NAME PARALLELISM q=events ...   Runs each query once, after two warm-up jobs; appends to $LAB/out/NAME.jsonl"""
import sys; sys.path.insert(0, __import__("os").path.dirname(__import__("os").path.abspath(__file__)))
from lab import *
name, par = sys.argv[1], int(sys.argv[2])
c = Cluster(tms=1, slots=2, **{"taskmanager.memory.managed.fraction": 0.1}).start()
d = Driver()
conf = {"execution.checkpointing.interval": "5s"}
for q in ("q0", "q0"): run_sql(d, q, 3_000_000, par, conf=conf)   # warm-up, not recorded
for x in sys.argv[3:]:
    q, events = x.split("=")
    record(name, run_sql(d, q, int(events), par, conf=conf))
d.close(); stop_all()
