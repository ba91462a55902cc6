import { describe, expect, test } from 'vitest';
import { endpointFor, isLoopback } from '../../src/lib/aws/endpoint.js';

describe('endpoints', () => {
  test.each([
    ['http://127.0.0.1:4599', true],
    ['http://127.9.9.9', true],
    ['http://localhost:8083/path', true],
    ['http://sfn.localhost', true],
    ['http://[::1]:80', true],
    ['https://states.eu-central-1.amazonaws.com', false],
    ['http://127.0.0.1.example.com', false],
    ['http://localhost.example.com', false],
    ['http://10.0.0.1', false],
    ['nonsense', false],
  ])('%s leads to this machine: %s', (url, expected) => {
    expect(isLoopback(url)).toBe(expected);
  });

  test('the flag comes first, then the service, then all services', () => {
    const env = { AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_SFN: 'http://sfn' };
    expect(endpointFor('SFN', 'http://flag', env)).toBe('http://flag');
    expect(endpointFor('SFN', undefined, env)).toBe('http://sfn');
    expect(endpointFor('CLOUDWATCH_LOGS', undefined, env)).toBe('http://all');
    expect(endpointFor('SFN', undefined, { ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })).toBeUndefined();
    expect(endpointFor('SFN', undefined, {})).toBeUndefined();
  });
});
