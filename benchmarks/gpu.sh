#!/usr/bin/env bash
# Tests and benchmarks of a machine with a CUDA device, at most ten minutes; the table goes to docs/gpu.md.
# What it needs is installed by `pip install -c constraints.txt -e '.[develop]'`, or is on the machine already.
set -uo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-$( [ -x .venv/bin/python ] && echo .venv/bin/python || echo python3 )}
table=${1:-docs/gpu.md}
$python - <<'PY' || { echo "No CUDA device that this torch can use: nothing was measured." >&2; exit 1; }
import sys, torch
sys.exit(not torch.cuda.is_available())
PY
{
  echo "# On a GPU"
  echo
  echo "Written by \`benchmarks/gpu.sh\` on $(date -u +%F)."
  echo
  echo '```'
  $python -c 'import torch; p = torch.cuda.get_device_properties(0); print(p.name, f"{p.total_memory / 2**30:.0f} GiB, torch", torch.__version__)'
  echo '```'
  echo
  echo "## pytest -m gpu"
  echo
  echo '```'
  timeout 240 $python -m pytest -m gpu -q -n0 --timeout 200 2>&1 | tail -25
  echo '```'
  echo
  echo "## benchmarks/training.py --device cuda"
  echo
  echo '```'
  timeout 320 $python benchmarks/training.py --device cuda --turns 2 --contenders ours,stock-best 2>&1 | tail -30
  echo '```'
} | tee "$table"
