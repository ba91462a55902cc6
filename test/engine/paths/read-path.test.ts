import { describe, expect, it } from 'vitest';
import { LanguageError } from '../../../src/lib/engine/language-error.js';
import { findPath, readPath } from '../../../src/lib/engine/paths/read-path.js';
import type { Json } from '../../../src/lib/engine/protocol.js';
import { scopeOf } from '../scope.js';

const order: Json = {
  id: 'o-1',
  'delivery-partner': 'DHL',
  'a b': { "it's": 1 },
  items: [
    { sku: 'A', price: 5, tags: ['x', 'y'], gift: null },
    { sku: 'B', price: 10, tags: [] },
    { sku: 'C', price: 15, tags: ['y'], note: 'fragile' },
  ],
  nested: { deeper: { sku: 'D', price: 1 } },
  none: null,
};

describe('paths to one place', () => {
  it.each<[string, Json]>([
    ['$', order],
    ['$.id', 'o-1'],
    ['$.delivery-partner', 'DHL'],
    ["$['a b']['it\\'s']", 1],
    ['$["a b"]', { "it's": 1 }],
    ['$.items[0].sku', 'A'],
    ['$.items[-1].sku', 'C'],
    ['$.items[0].gift', null],
    ['$.none', null],
    ['$.nested["deeper"].price', 1],
    ["$.nested.deeper['sku','price','nothing']", { sku: 'D', price: 1 }],
    ['$.items.length()', 3],
    ['$.items.first().sku', 'A'],
  ])('%s', (path, value) => {
    expect(readPath(path, scopeOf(order))).toEqual(value);
  });

  it.each([
    '$.nothing',
    '$.items[3]',
    '$.items[0].price.cents',
    '$.id[0]',
    '$.none.x',
    '$.constructor',
    '$.items.size',
    '$.items[0].tags.sum()',
  ])('%s leads nowhere', (path) => {
    expect(findPath(path, scopeOf(order))).toBeUndefined();
  });
});

describe('paths to many places always give an array', () => {
  it.each<[string, Json]>([
    ['$.items[*].sku', ['A', 'B', 'C']],
    ['$.nested.*', [{ sku: 'D', price: 1 }]],
    ['$.items[0:2].sku', ['A', 'B']],
    ['$.items[1:].sku', ['B', 'C']],
    ['$.items[:1].sku', ['A']],
    ['$.items[-2:].sku', ['B', 'C']],
    ['$.items[0:3:2].sku', ['A', 'C']],
    ['$.items[0,2].sku', ['A', 'C']],
    ['$.items[0]["sku","price"]', { sku: 'A', price: 5 }],
    ['$.items[*]["sku"]', ['A', 'B', 'C']],
    ['$..sku', ['A', 'B', 'C', 'D']],
    ['$.items..tags[0]', ['x', 'y']],
    ['$..[?(@.price < 6)].sku', ['A', 'D']],
    ['$.items[*].length()', 3],
    ['$.nothing[*]', []],
    ['$.nothing.items[1:5].x', []],
    ['$.id[*]', []],
  ])('%s', (path, value) => {
    expect(readPath(path, scopeOf(order))).toEqual(value);
  });
});

describe('filters', () => {
  it.each<[string, string[]]>([
    ["@.sku == 'B'", ['B']],
    ['@.price != 10', ['A', 'C']],
    ['@.price > 5 && @.price <= 15', ['B', 'C']],
    ['@.price < 6 || (@.price >= 15 && !(@.note))', ['A']],
    ['@.note', ['C']],
    ['!@.note', ['A', 'B']],
    ['@.gift == null', ['A']],
    ["@.sku in ['A','C']", ['A', 'C']],
    ["@.sku nin ['A','C']", ['B']],
    ['@.sku =~ /[bc]/i', ['B', 'C']],
    ['@.note =~ /frag/', []],
    ['@.note =~ /frag.*/', ['C']],
    ['@.tags size 2', ['A']],
    ['@.tags empty true', ['B']],
    ["@.tags contains 'y'", ['A', 'C']],
    ["@.tags anyof ['x']", ['A']],
    ["@.tags noneof ['x']", ['B', 'C']],
    ["@.tags subsetof ['x','y']", ['A', 'B', 'C']],
    ["@.tags all ['x','y']", ['A']],
    ["@['price'] == '10'", ['B']],
    ["@.price === '10'", []],
    ['@.price == $.nested.deeper.price', []],
    ['@.price > $.nested.deeper.price', ['A', 'B', 'C']],
    ['@.tags.length() > 0', ['A', 'C']],
    ["@.price > 'a'", []],
  ])('[?(%s)]', (filter, skus) => {
    expect(readPath(`$.items[?(${filter})].sku`, scopeOf(order))).toEqual(skus);
  });
});

describe('where a path starts', () => {
  const scope = scopeOf(order, {
    context: { Execution: { Name: 'order-1' } },
    variables: { total: 30, cart: { lines: [1, 2] } },
  });

  it.each<[string, Json]>([
    ['$$.Execution.Name', 'order-1'],
    ['$$', { Execution: { Name: 'order-1' } }],
    ['$total', 30],
    ['$cart.lines[-1]', 2],
  ])('%s', (path, value) => {
    expect(readPath(path, scope)).toEqual(value);
  });

  it('finds nothing in a variable that was not assigned', () => {
    expect(findPath('$other', scope)).toBeUndefined();
    expect(findPath('$other[*]', scope)).toBeUndefined();
  });
});

describe('what is said of a path that leads nowhere', () => {
  it.each([
    ['$.NoSuchInputPath', "Invalid path '$.NoSuchInputPath' : No results for path: $['NoSuchInputPath']"],
    ['$.nothing.more', "Invalid path '$.nothing.more' : Missing property in path $['nothing']"],
    ['$.items[7]', "Invalid path '$.items[7]' : No results for path: $['items'][7]"],
  ])('%s', (path, message) => {
    expect(() => readPath(path, scopeOf(order))).toThrow(new LanguageError('States.Runtime', message));
  });

  it('names the step that met something else than an object', () => {
    expect(() => readPath('$.id.x', scopeOf(order))).toThrow(
      /^Invalid path '\$\.id\.x' : Expected to find an object with property \['x'\] in path \$\['id'\] but found 'java\.lang\.String'/,
    );
  });

  it.each(['id', '$.', '$[', '$.a[', "$.a['b]", '$.a[?(@.b ==)]', '$.a b', '$.a[x]', '$.a.nosuch()'])(
    '%s is no path',
    (path) => {
      expect(() => readPath(path, scopeOf(order))).toThrow(LanguageError);
    },
  );
});

describe('an input that is null', () => {
  it('has words of its own', () => {
    const message = 'Unable to apply Path transformation to null or empty input.';
    expect(() => readPath('$.a', scopeOf(null))).toThrow(new LanguageError('States.Runtime', message));
    expect(readPath('$', scopeOf(null))).toBeNull();
  });
});
