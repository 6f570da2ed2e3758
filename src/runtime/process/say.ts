/** A line for the person who starts a process. Logs, which machines read, go to the other stream. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
