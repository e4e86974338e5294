#!/usr/bin/env node
import { createRequire } from 'node:module';

// Imported, it would be parsed for its exports first, which takes as long as all the rest.
const { runProcess } = createRequire(import.meta.url)('../dist/main.cjs');
await runProcess('tcpshift');
