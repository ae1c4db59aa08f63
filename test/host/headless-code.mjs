#!/usr/bin/env node
// @vscode/test-electron wants the path of an executable: this is it. What it does is in headlessCode.ts.
import { require } from 'tsx/cjs/api';

require('./headlessCode.ts', import.meta.url).main(process.argv.slice(2));
