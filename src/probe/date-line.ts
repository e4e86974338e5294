/** A time as `date -u` prints it, `Sat Nov 12 23:24:57 UTC 2022`; `ms` is milliseconds since the epoch. */
export function dateLine(ms: number): string {
  const [weekday, day, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} UTC ${year}`;
}
