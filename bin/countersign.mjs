#!/usr/bin/env node
import { register } from 'tsx/esm/api'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(`Countersign needs Node.js 22.12 or newer; this is ${process.versions.node}.\n`)
  process.exit(1)
}
register()
await import('../src/cli/main.ts')
