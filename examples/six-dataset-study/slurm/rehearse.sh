#!/usr/bin/env bash
# Rehearses the study on a Slurm of one machine: the demonstration through job arrays, one training killed and queued
# again, and the result compared with a run without Slurm. Needs root and Debian's packages slurm-wlm and munge; it
# starts its own daemons with a configuration of its own and stops them at the end.
#
#   examples/six-dataset-study/slurm/rehearse.sh [FOLDER]
set -euo pipefail
root="$(cd "$(dirname "$0")/../../.." && pwd)"
work="${1:-$(mktemp -d)}"
mkdir -p "$work"/{state,spool,jobs}
work="$(cd "$work" && pwd)"
export SLURM_CONF="$work/slurm.conf"
node="$(hostname -s)"
main=(node "$root/examples/six-dataset-study/dist/main.js" --preset demo --epochs 3 --engine onnx-cpu)

cat > "$SLURM_CONF" << CONF
ClusterName=rehearsal
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
SlurmctldPort=17817
SlurmdPort=17818
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,batch_sched_delay=1
MpiDefault=none
ReturnToService=2
JobRequeue=1
KillWait=5
NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=main Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF

stop() {
  for name in slurmd slurmctld munged; do
    if [ -f "$work/$name.pid" ]; then kill "$(cat "$work/$name.pid")" 2> /dev/null || true; fi
  done
}
trap stop EXIT

dd if=/dev/urandom of="$work/munge.key" bs=1024 count=1 status=none
chmod 600 "$work/munge.key"
munged --force --key-file="$work/munge.key" --socket="$work/munge.socket" --pid-file="$work/munged.pid" \
  --log-file="$work/munged.log" --seed-file="$work/munge.seed"
slurmctld -c
slurmd -N "$node"
for _ in $(seq 30); do
  if sinfo -h -o %T 2> /dev/null | grep -q idle; then break; fi
  sleep 1
done
sinfo

echo "== the same study without Slurm"
"${main[@]}" --out "$work/plain" > "$work/plain.log"

echo "== job scripts, submitted"
"${main[@]}" --out "$work/slurm" --slurm "$work/jobs" --time 1:00:00
bash "$work/jobs/corrected/submit.sh" | tee "$work/ids.txt"
training="$(awk '$1 == "finetune" { print $2 }' "$work/ids.txt")"

echo "== one training is killed in its middle and queued again"
for _ in $(seq 600); do
  if compgen -G "$work/slurm/runs/target-pretrained-*/*.safetensors" > /dev/null; then break; fi
  sleep 1
done
victim="$work/slurm/locks/finetune-target-pretrained.lock"
kill -KILL "$(sed -E 's/.*"pid":([0-9]+).*/\1/' "$victim")"
for _ in $(seq 30); do
  if [ "$(scontrol show job "${training}_0" | grep -o 'Restarts=[0-9]*' | head -1)" = "Restarts=1" ]; then break; fi
  sleep 1
done
scontrol show job "${training}_0" | grep -o 'Restarts=[0-9]*' | head -1

for _ in $(seq 900); do
  if [ -f "$work/slurm/report.html" ] && [ -z "$(squeue -h)" ]; then break; fi
  sleep 1
done
squeue
ls "$work/jobs/corrected"

echo "== results with and without"
node - "$work" << 'JS'
const { readFileSync } = require("node:fs");
const work = process.argv[2];
const read = (name) => JSON.parse(readFileSync(`${work}/${name}/results.json`, "utf8"));
const [plain, slurm] = ["plain", "slurm"].map(read).map(({ comparisons }) => JSON.stringify(comparisons));
if (plain !== slurm) throw new Error("the results differ");
console.log("the results are the same to the last digit");
JS
