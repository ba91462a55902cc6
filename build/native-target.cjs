/* eslint-disable @typescript-eslint/no-require-imports, no-undef */
'use strict';
/*
 * Stands in for @neon-rs/load in the bundle (see build.js): names the package with libsql's binary for this machine, by the
 * C library that detect-libc finds in a small file.
 */
const { familySync, MUSL } = require('detect-libc');

exports.currentTarget = function currentTarget() {
  const { platform, arch } = process;
  if (platform === 'win32') return `win32-${arch}-msvc`;
  if (platform !== 'linux') return `${platform}-${arch}`;
  const libc = familySync() === MUSL ? 'musl' : 'gnu';
  return arch === 'arm' ? `linux-arm-${libc}eabihf` : `linux-${arch}-${libc}`;
};
