"""Cluster control + measuring helpers. Everything on loopback; only processes started here are stopped, by pid."""
import glob, json, os, re, shutil, signal, socket, subprocess, sys, time, urllib.request, statistics

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]

REST_PORT, RPC_PORT = free_port(), free_port()
SRC = os.path.dirname(os.path.dirname(os.path.abspath(__file__))); LAB = os.environ.get("LAB", os.path.expanduser("~/flink-bench")); RUN = LAB + "/run"; HOME = LAB + "/home"
REST = "http://127.0.0.1:%d" % REST_PORT; TICK = os.sysconf("SC_CLK_TCK")
ENV = dict(os.environ, FLINK_HOME=HOME, FLINK_CONF_DIR=RUN + "/conf", FLINK_LOG_DIR=RUN + "/log", FLINK_PID_DIR=RUN + "/pid")

# own session = own scheduler autogroup; a weight of nice -10 for it, so that other work on the machine disturbs it little
try:
    if os.getsid(0) != os.getpid(): os.setsid()
except OSError: pass
try: open("/proc/self/autogroup", "w").write(os.environ.get("AUTOGROUP_NICE", "-10"))
except OSError as e: print("autogroup", e, file=sys.stderr)

def rest(path, tmo=5):
    with urllib.request.urlopen(REST + path, timeout=tmo) as r: return json.load(r)

def write_conf(extra):
    d = RUN + "/conf"; shutil.rmtree(d, ignore_errors=True); os.makedirs(d)
    src = glob.glob(LAB + "/venv/lib/python3*/site-packages/pyflink/conf")[0]
    for f in os.listdir(src):
        if f != "config.yaml": shutil.copy(src + "/" + f, d)
    opts = next(l.split(":", 1)[1].strip() for l in open(src + "/config.yaml") if l.strip().startswith("all: --add-exports"))
    c = {"env.java.opts.all": opts, "jobmanager.rpc.address": "127.0.0.1", "jobmanager.rpc.port": RPC_PORT, "jobmanager.bind-host": "127.0.0.1",
         "jobmanager.memory.process.size": "1600m", "jobmanager.execution.failover-strategy": "region",
         "taskmanager.bind-host": "127.0.0.1", "taskmanager.host": "127.0.0.1", "taskmanager.numberOfTaskSlots": 2,
         "taskmanager.memory.process.size": "4096m", "parallelism.default": 1,
         "rest.address": "127.0.0.1", "rest.bind-address": "127.0.0.1", "rest.port": REST_PORT,
         "io.tmp.dirs": RUN + "/tmp", "execution.checkpointing.dir": "file://" + RUN + "/cp"}
    c.update(extra)
    with open(d + "/config.yaml", "w") as f:
        for k, v in c.items(): f.write("%s: %s\n" % (k, v))

def java_pids():
    out = []
    for p in os.listdir("/proc"):
        if p.isdigit():
            try: cmd = open("/proc/%s/cmdline" % p).read()
            except OSError: continue
            if RUN + "/conf" in cmd or RUN + "/log" in cmd:
                if "StandaloneSessionClusterEntrypoint" in cmd: out.append(("jm", int(p)))
                elif "TaskManagerRunner" in cmd: out.append(("tm", int(p)))
    return out
def pids(kind): return [p for k, p in java_pids() if k == kind]

def sh(*a): subprocess.run(a, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

class Cluster:
    def __init__(self, tms=1, slots=2, **extra):
        conf = {"taskmanager.numberOfTaskSlots": slots}; conf.update({k.replace("__", "."): v for k, v in extra.items()}); 
        self.tms, self.conf = tms, conf
    def start(self):
        stop_all()
        shutil.rmtree(RUN + "/cp", ignore_errors=True); os.makedirs(RUN + "/cp"); shutil.rmtree(RUN + "/tmp", ignore_errors=True); os.makedirs(RUN + "/tmp"); os.makedirs(RUN + "/log", exist_ok=True)
        for f in os.listdir(RUN + "/log"): os.remove(RUN + "/log/" + f)
        write_conf(self.conf); t0 = time.time()
        ps = [subprocess.Popen([HOME + "/bin/jobmanager.sh", "start"], env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)]
        for _ in range(self.tms): ps.append(self.add_tm()) if _ == 0 else (time.sleep(0.3), ps.append(self.add_tm()))
        up = reg = None
        while reg is None:
            try:
                o = rest("/overview")
                up = up or time.time() - t0
                if o["taskmanagers"] >= self.tms: reg = time.time() - t0
            except Exception: pass
            if time.time() - t0 > 90: raise SystemExit("cluster did not start")
            time.sleep(0.02)
        for p in ps: p.wait()
        self.rest_s, self.tm_s = up, reg
        return self
    def add_tm(self): return subprocess.Popen([HOME + "/bin/taskmanager.sh", "start"], env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

def stop_all():
    for k, p in java_pids():
        try: os.kill(p, signal.SIGTERM)
        except OSError: pass
    t = time.time()
    while java_pids() and time.time() - t < 15: time.sleep(0.1)
    for k, p in java_pids(): os.kill(p, signal.SIGKILL)
    while java_pids(): time.sleep(0.05)
    shutil.rmtree(RUN + "/pid", ignore_errors=True); os.makedirs(RUN + "/pid")

def cpu(ps):
    t = 0.0
    for p in ps:
        f = open("/proc/%d/stat" % p).read().rsplit(")", 1)[1].split(); t += (int(f[11]) + int(f[12])) / TICK
    return t
def status(p, key): return int(re.search(key + r":\s+(\d+)", open("/proc/%d/status" % p).read()).group(1)) / 1024.0  # MiB
def rss(ps): return sum(status(p, "VmRSS") for p in ps)
def reset_hwm(ps):
    for p in ps: open("/proc/%d/clear_refs" % p, "w").write("5")
def hwm(ps): return sum(status(p, "VmHWM") for p in ps)
def machine_busy():
    f = [int(x) for x in open("/proc/stat").readline().split()[1:]]
    return (sum(f) - f[3] - f[4] - 0) / TICK
def gct(ps):
    t = 0.0
    for p in ps:
        try: t += float(subprocess.run(["jstat", "-gcutil", str(p)], capture_output=True, text=True).stdout.split("\n")[1].split()[-1])
        except Exception: pass
    return t
def load(): return open("/proc/loadavg").read().split()[0]

class Driver:
    def __init__(self):
        cp = ":".join(sorted(HOME + "/lib/" + j for j in os.listdir(HOME + "/lib")))
        opts = next(l.split(":", 1)[1].split() for l in open(RUN + "/conf/config.yaml") if l.startswith("env.java.opts.all"))
        log = open(RUN + "/log/driver.err", "a")
        self.p = subprocess.Popen(["java", "-Xmx768m", "-Dlog4j.configurationFile=" + RUN + "/conf/log4j-cli.properties", "-Dlog.file=" + RUN + "/log/driver.log"] + opts + ["-cp", cp, "lab.Driver"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._line().startswith("READY")
    def _line(self):
        while True:
            l = self.p.stdout.readline()
            if not l: raise SystemExit("driver died")
            if l.split(" ")[0].strip() in ("READY", "JOB", "DONE", "ERROR"): return l.strip()
    def submit(self, sql, **kv):
        self.p.stdin.write("RUN %s %s\n" % (sql, " ".join("%s=%s" % (k.replace("__", ".").replace("___", "-"), v) for k, v in kv.items()))); self.p.stdin.flush()
        l = self._line()
        if not l.startswith("JOB"): raise RuntimeError(l)
        return l.split()[1]
    def wait(self): return self._line()
    def close(self):
        try: self.p.stdin.write("EXIT\n"); self.p.stdin.flush(); self.p.wait(10)
        except Exception: self.p.kill()

BASE = {"rest.port": REST_PORT, "pipeline.object-reuse": "true", "execution.checkpointing.interval": "10s", "state.backend.type": "hashmap"}

def run_sql(d, q, events, par, backend="hashmap", erate=100000, conf=None, **vars):
    tm = pids("tm"); g0 = gct(tm); c0 = cpu(tm); j0 = cpu(pids("jm")); reset_hwm(tm); l0 = load(); dr = [d.p.pid]; d0 = cpu(dr); b0 = machine_busy(); w0 = time.time(); me0 = time.process_time()
    kv = dict(BASE); kv.update({"state.backend.type": backend, "parallelism.default": par, "table.exec.resource.default-parallelism": par, "EVENTS": events, "ERATE": erate, "THROTTLE": 0})
    kv.update(conf or {}); kv.update(vars)
    script = LAB + "/out/%s.sql" % q   # the tables, then the query
    with open(script, "w") as f: f.write("".join(open("%s/sql/%s.sql" % (SRC, name)).read() for name in ("flat", q)))
    job = d.submit(script, **kv)
    done = d.wait()
    tm2 = pids("tm"); c1 = cpu(tm2) if tm2 == tm else float("nan")
    jm1 = cpu(pids("jm")); d1 = cpu(dr); el = time.time() - w0
    other = (machine_busy() - b0 - (c1 - c0) - (jm1 - j0) - (d1 - d0) - (time.process_time() - me0)) / el
    j = rest("/jobs/" + job); ts = j["timestamps"]
    fin = ts.get("FINISHED") or 0
    wall = (fin - ts["RUNNING"]) / 1000.0 if fin else float("nan")
    cpj = rest("/jobs/%s/checkpoints" % job); cps = cpj["counts"]
    # [events read when it was taken, at an even rate; bytes], oldest first
    curve = sorted([events * min(1.0, (h["trigger_timestamp"] - ts["RUNNING"]) / 1000.0 / wall), float(h["state_size"])] for h in cpj["history"] if h["status"] == "COMPLETED")
    src_end = max(v["start-time"] + v["duration"] for v in j["vertices"] if v["name"].startswith("Source")) if fin else 0
    try: ck = rest("/jobs/%s/checkpoints" % job)["latest"]["completed"]
    except Exception: ck = None
    gc = None
    vert = [(v["name"][:80], v["metrics"]["read-records"], v["metrics"]["write-records"]) for v in j["vertices"]]
    r = dict(gc=round(gct(tm2) - g0, 2), vertices=vert, q=q, par=par, tms=len(tm), backend=backend, events=events, wall=wall, eps=events / wall if fin else 0, cpu=c1 - c0, epcs=events / (c1 - c0), jmcpu=jm1 - j0, other=round(other, 2), hwm=hwm(tm2),
             ckpts=cps["completed"], ckfail=cps["failed"], cksize=(ck or {}).get("state_size"), load=l0, state=j["state"], msg=done.split(" ", 2)[-1][:200], tail=(fin - src_end) / 1000.0 if fin else None, checkpoints=curve)
    r.update({k: v for k, v in (conf or {}).items()})
    return r
def show(r): return "%-5s p%d %-8s ev=%5.1fM wall=%7.2fs eps=%9.0f cpu=%7.2fs ev/cpu-s=%9.0f peakRSS=%5.0fMiB ck=%d tail=%s load=%s otherCPU=%.2f gc=%.2fs %s %s" % (r["q"], r["par"], r["backend"], r["events"] / 1e6, r["wall"], r["eps"], r["cpu"], r["epcs"], r["hwm"], r["ckpts"], r["tail"], r["load"], r["other"], r["gc"], r["state"], r["msg"] if r["msg"] != "OK" else "")
def record(name, r):
    with open(LAB + "/out/%s.jsonl" % name, "a") as f: f.write(json.dumps(r) + "\n")
    print(show(r) if "eps" in r else json.dumps(r), flush=True)
