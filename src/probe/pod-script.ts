import { ShiftError } from '../errors.ts';

export interface PodLoopOptions {
  host: string;
  port: number;
  count: number;
  /** From one start to the next, in milliseconds; the pod counts in hundredths of a second. */
  intervalMs: number;
  /** Most connections at once. */
  concurrency: number;
  /** Longest random delay of a start, as a fraction of the interval. */
  jitter: number;
  /** Each probe; the pod counts in whole seconds, rounded up. */
  timeoutMs: number;
  /** As in `Exchange`; the pod's own `date` where absent. */
  send?: string;
  /** As in `Exchange`. */
  readFirst?: boolean;
}

/** The first word that the loop prints: the clock that its other lines count on. */
export const startWord = 'start';
/** What the loop prints where the container lacks nc. */
export const noNetcat = 'no-nc';
/**
 * Longest reply that is read in a pod, in bytes; what is longer is cut there and taken as it is. A line of the loop is so
 * written in one piece, as lines of probes at once have to be: musl's printf writes 1024 bytes at a time.
 */
export const longestReply = 900;

/**
 * One conversation, which nc runs on the connection itself, so that nothing ends the sending side before the reply is
 * read. The reply goes to descriptor 9, because nc takes those from 3 on for itself.
 */
const conversation = `
[ "$1" = listen ] || printf "%s\\n" "$2"
if IFS= read -r -t "$3" -n ${longestReply} reply; then printf "%s\\n" "$reply" >&9; else printf "%s" "$reply" >&9; fi`;

/**
 * The whole loop, for sh. Prints "start" with the uptime, then a line a probe, as they end: index, uptime at its start and
 * at its end, exit status of nc, 1 for a whole line or 0, and what was read. Uptimes are hundredths of a second.
 * An empty line before each start ends the loop where nobody reads any more.
 * Where as many probes run as may, the next start waits for the oldest: sh cannot wait for whichever ends first.
 * Where nc cannot run a program on the connection, the sending side stays open for a second, as on the task's page.
 */
const script = `
host=$1 port=$2 count=$3 interval=$4 jitter=$5 timeout=$6 concurrency=$7 mode=$8 text=$9
talk='${conversation}'
newline='
'
hundredths() { read -r up _ </proc/uptime; up=\${up%.*}\${up#*.}; }

runs_programs() {
  case $(nc --help 2>&1) in *BusyBox*"-e PROG"*) ;; *) return 1 ;; esac
  sh -c 'read -r -t 1 -n 1 x' </dev/null 2>/dev/null
  [ $? -eq 1 ]
}

type nc >/dev/null 2>&1 || { echo ${noNetcat}; exit 0; }
if runs_programs; then
  ask() { nc -w "$timeout" "$host" "$port" -e sh -c "$talk" sh "$mode" "$text" "$timeout" 9>&1 2>/dev/null; }
else
  say() { [ "$mode" = listen ] || printf '%s\\n' "$text"; sleep 1; }
  case $(nc -h 2>&1) in *-N*hutdown*) after=-N ;; *) after= ;; esac
  ask() { say | nc -w "$timeout" $after "$host" "$port" 2>/dev/null; }
fi

probe() {
  [ "$mode" = date ] && text=$(date)
  answer=$(ask; echo "|$?")
  hundredths
  status=\${answer##*|} answer=\${answer%|*} whole=0
  case $answer in *"$newline"*) whole=1 ;; esac
  printf '%s %s %s %s %s %.${longestReply}s\\n' "$index" "$begin" "$up" "$status" "$whole" "\${answer%%"$newline"*}"
}

hundredths
echo "${startWord} $up"
set --
due=$up index=0
while [ "$index" -lt "$count" ]; do
  echo || exit 1
  begin=$up
  probe &
  set -- "$@" $!
  [ $# -lt "$concurrency" ] || { wait "$1" || exit 1; shift; }
  hundredths
  index=$((index + 1)) due=$((due + interval))
  [ $((up - due)) -le "$interval" ] || due=$up
  pause=$((due + \${RANDOM:-0} % (jitter + 1) - up))
  if [ "$index" -lt "$count" ] && [ "$pause" -gt 0 ]; then
    sleep "$((pause / 100)).$((pause / 10 % 10))$((pause % 10))" 2>/dev/null || sleep "$((pause / 100))"
    hundredths
  fi
done
for job; do wait "$job" || exit 1; done`;

/**
 * The page's nc loop as one command for the client's container, which needs sh and nc. Values are arguments of the
 * script, never part of its text.
 * @throws {ShiftError} usage, where the host cannot be an argument of nc
 */
export function podLoopCommand(options: PodLoopOptions): string[] {
  const { host, port, count, intervalMs, concurrency, jitter, timeoutMs, send, readFirst } = options;
  if (!/^[\w.:][\w.:%-]*$/.test(host)) {
    throw new ShiftError('usage', `"${host}" is neither a host name nor an address`, {
      hint: 'give --host a name or an IP address without brackets',
    });
  }
  const pace = [hundredths(intervalMs), hundredths(jitter * intervalMs)];
  const numbers = [port, count, ...pace, Math.ceil(timeoutMs / 1000), concurrency];
  const mode = readFirst ? 'listen' : send === undefined ? 'date' : 'say';
  return ['sh', '-c', script, 'tcpshift-probe', host, ...numbers.map(String), mode, send ?? ''];
}

function hundredths(ms: number): number {
  return Math.round(ms / 10);
}
