#!/usr/bin/env node
// Plain, old JavaScript on purpose: it has to run far enough on any Node to say that the Node is too old.
'use strict';

var oldest = [20, 19];
var have = process.versions.node.split('.').map(Number);
if (have[0] < oldest[0] || (have[0] === oldest[0] && have[1] < oldest[1])) {
  console.error('Error: orders needs Node ' + oldest.join('.') + ' or later, this is ' + process.version);
  process.exit(1);
}

// The SDK would warn about its own plans for Node 20 at every run.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

var fs = require('fs');
var path = require('path');

var root = path.dirname(__dirname);
var packageJson = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));

if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(packageJson.name + '/' + packageJson.version + ' node-' + process.version + '\n');
} else {
  start();
}

function start() {
  var loader = path.join(root, 'dist', 'load.cjs');
  if (!fs.existsSync(loader)) {
    console.error('Error: orders is not built yet: run `npm run build` in ' + root);
    process.exit(1);
  }
  var cli = require(loader).load('cli.cjs', process.argv.slice(2));
  void cli.main(process.argv.slice(2), { root: root, packageJson: packageJson });
}
