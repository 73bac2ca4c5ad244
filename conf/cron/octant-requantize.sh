#!/usr/bin/env bash
# Quantizes a model again when its data have moved: what conf/airflow does, for cron.
#
#   octant-requantize.sh CONF ROOT [DATE]
#
#   CONF  configuration whose data paths have {date} in them
#   ROOT  folder for states, models, figures and what is current, on any Hadoop file system
#   DATE  the day whose data are used; by default yesterday (UTC)
#
# OCTANT            the command line, words: by default ./octant beside this script's conf/; or
#                   "spark-submit --master spark://host:7077 --class io.octant.jobs.Main /opt/octant/octant.jar"
# OCTANT_LIMITS     limits of state diff (--max-psi 0.2 --max-scale-change 0.2)
# OCTANT_FORCE      1 quantizes though nothing has moved
# OCTANT_ALERT      a command that gets one line on its standard input when this fails
# OCTANT_TRIES      attempts at a step that ends with 1: storage, network, Spark (3)
# OCTANT_PAUSE      seconds between them (60)
#
# Ends with 0 if all is done or nothing has moved, 75 if another run of the same ROOT is under way, else with the exit code of the step.
set -euo pipefail
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
conf=$1 root=${2%/} day=${3:-$(date -u -d yesterday +%F)}
here=$(cd "$(dirname "$0")" && pwd)
read -r -a octant <<< "${OCTANT:-$here/../../octant}"
read -r -a limits <<< "${OCTANT_LIMITS:---max-psi 0.2 --max-scale-change 0.2}"

exec 9> "${TMPDIR:-/tmp}/octant-requantize-$(printf '%s' "$root" | cksum | cut -d ' ' -f 1).lock"
if ! flock -n 9; then
  echo "octant-requantize: another run of $root is under way" >&2
  exit 75
fi

doing=start
finish() {
  local code=$?
  if [ "$code" != 0 ] && [ -n "${OCTANT_ALERT:-}" ]; then
    printf 'octant-requantize: %s of %s for %s ended with %d\n' "$doing" "$root" "$day" "$code" | $OCTANT_ALERT || true
  fi
}
trap finish EXIT

# Runs a command of Octant, again if trying again may help. Steps that are done already say so and end with 0.
step() {
  local code attempt
  doing=$1
  for attempt in $(seq "${OCTANT_TRIES:-3}"); do
    code=0
    "${octant[@]}" "$@" --run-date "$day" 9>&- || code=$?
    [ "$code" = 1 ] && [ "$attempt" != "${OCTANT_TRIES:-3}" ] || return "$code"
    sleep "${OCTANT_PAUSE:-60}"
  done
}

# The pages of calibrate and convert show how far values have moved from those behind the model in use.
moved=(--set "output.current=$root/current")

step calibrate "$conf" -o "$root/state/dt={date}" "${moved[@]}"
if [ "${OCTANT_FORCE:-}" != 1 ]; then
  code=0
  step state diff "$root/current" "$root/state/dt={date}" --new-is-drift "${limits[@]}" || code=$?
  case $code in
    0) echo "nothing has moved: the model in use stays"; exit 0 ;;
    5) ;;
    *) exit "$code" ;;
  esac
fi
step convert "$conf" --state "$root/state/dt={date}" -o "$root/int8/dt={date}" "${moved[@]}"
step validate "$conf" --model "$root/int8/dt={date}" -o "$root/figures/dt={date}"
step promote "$root/int8/dt={date}" --validation "$root/figures/dt={date}" --state "$root/state/dt={date}" --current "$root/current"
