type Env = Readonly<Record<string, string | undefined>>;

/** Where providers come from and what unlocks them: of the machine, not of one run. */
const KEPT =
  /^TF_(CLI_CONFIG_FILE|PLUGIN_CACHE_DIR|PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE|REGISTRY_DISCOVERY_RETRY|REGISTRY_CLIENT_TIMEOUT|TOKEN_.+|ENCRYPTION)$/u;

/**
 * Variables for Terraform. Its own ones change what a command does behind its caller's back (TF_CLI_ARGS_plan=-destroy
 * makes a plan to destroy everything, TF_VAR_x sets a variable, TF_WORKSPACE another state, TF_LOG writes secrets), so all
 * but a few are taken away; AWS_*, proxies and the rest stay.
 */
export function terraformEnvironment(env: Env, own: Env = {}): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...env, ...own })) {
    if (value === undefined || (/^TF_/iu.test(name) && !KEPT.test(name.toUpperCase()) && !(name in own))) continue;
    clean[name] = value;
  }
  return { ...clean, TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
}
