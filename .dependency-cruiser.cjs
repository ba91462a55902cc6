// Who may use whom. Each rule is one arrow that must not exist; docs/architecture.md draws the picture.
const lib = (names) => `^src/lib/(${names})/`;
const never = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

module.exports = {
  forbidden: [
    never('no-circles', {}, { circular: true }, 'Circles hide who owns what.'),
    never(
      'nothing-uses-commands',
      { path: '^(src/lib|workflows)/' },
      { path: '^src/commands/' },
      'Commands are the outermost ring.',
    ),
    never(
      'engine-is-pure',
      { path: lib('engine') },
      { path: '^(src|workflows)/', pathNot: `${lib('engine')}|${lib('definition')}` },
      'The engine knows definitions only.',
    ),
    never(
      'engine-has-no-io',
      { path: `${lib('engine')}|${lib('definition')}|${lib('history')}` },
      { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
      'Pure parts take time, randomness and data as arguments.',
    ),
    never(
      'definition-stands-alone',
      { path: lib('definition') },
      { path: '^(src|workflows)/', pathNot: `${lib('definition')}|^src/lib/cli/(failure|nearest)\\.ts` },
      'The States Language depends on nobody.',
    ),
    never(
      'local-uses-engine-and-definition',
      { path: lib('local') },
      { path: '^src/', pathNot: `${lib('local|engine|definition')}|^src/lib/cli/failure` },
      'The local environment is an AWS, it does not know the CLI.',
    ),
    never(
      'only-environment-opens-local',
      { path: '^src/', pathNot: `${lib('local|environment')}|^src/commands/local/` },
      { path: lib('local') },
      'Everybody else meets it over the wire.',
    ),
    never(
      'only-cli-knows-oclif',
      { path: '^src/lib/', pathNot: lib('cli') },
      { path: 'node_modules/(@oclif|oclif)/' },
      'Only lib/cli and the commands know oclif.',
    ),
    never(
      'domains-stay-apart',
      {
        path: lib('audit|bulk|doctor|execution|explain|graph|history|ledger|logs|packaging|payments|pricing|terraform'),
      },
      { path: '^src/lib/(cli/(?!failure|exit-codes)|local/|engine/)' },
      'Domains use aws, definition, environment and cli/failure.',
    ),
    never(
      'only-commands-report',
      { path: '^src/lib/', pathNot: lib('report') },
      { path: lib('report') },
      'Words for people are chosen last.',
    ),
    never(
      'src-uses-domain-and-ports-only',
      { path: '^src/' },
      { path: '^workflows/order-processing/(functions|steps|adapters)/' },
      'Functions are loaded as built bundles.',
    ),
    never(
      'workflows-use-no-src',
      { path: '^workflows/' },
      { path: '^src/' },
      'What is deployed does not know the CLI.',
    ),
    never(
      'domain-is-pure',
      { path: '^workflows/order-processing/domain/' },
      { path: '^(workflows/order-processing/(adapters|functions|steps|ports)|node_modules/(stripe|@aws-sdk))/' },
      'Rules know no technology.',
    ),
    never(
      'ports-know-domain-only',
      { path: '^workflows/order-processing/ports/' },
      { path: '^(workflows/order-processing/(adapters|functions|steps)|node_modules)/' },
      "Ports speak the domain's words.",
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
