#!/usr/bin/env node
// Runs the sources as they are, for developers. The functions and the worker still come from dist: `npm run build`
// after a change there.
'use strict';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const path = require('node:path');

const root = path.dirname(__dirname);
require('tsx/esm/api').register();
import('../src/main.ts').then(({ main }) =>
  main(process.argv.slice(2), { root, packageJson: require('../package.json') }),
);
