const MAP_RUN = 'a distributed Map: its iterations are executions of their own, counted in a Map Run';
const ITEM_READER = 'a distributed Map that reads its items from S3';

/** Scenarios that do not pass yet, by id, each with the reason. One that passes must be taken off. */
export const NOT_YET: Readonly<Record<string, string>> = {
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_base_csv_headers_first_line':
    ITEM_READER,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_csv_headers_decl_extra_fields':
    ITEM_READER,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_lambda_invoke_with_retry_extended_input':
    'recorded before AWS had redrives: the context object lacks Execution.RedriveCount',
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_legacy_config_distributed': MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_legacy_config_distributed_parameters':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_legacy_config_distributed_item_selector':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_config_distributed_item_selector': MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_config_distributed_parameters': MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_config_inline_item_selector': MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_csv_max_items_paths[-1]': ITEM_READER,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_csv_max_items_paths[0]': ITEM_READER,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_csv_max_items_paths[100000001]':
    ITEM_READER,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_base_json_max_items': ITEM_READER,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_config_distributed_reentrant': MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_config_distributed_reentrant_lambda': MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_values[percentage_literal]':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_count_path[tolerated_failure_count_value0]':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_count_path[NoNumber]':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_count_path[-1]': MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_count_path[0]': MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_percentage_path[tolerated_failure_percentage_value0]':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_percentage_path[NoNumber]':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_percentage_path[-1.1]':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_percentage_path[-1]':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_percentage_path[1]':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_percentage_path[1.1]':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_tolerated_failure_percentage_path[100.1]':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_batching_base_json_max_per_batch_jsonata':
    ITEM_READER,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_config_distributed_item_selector_parameters':
    MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_nested_config_distributed': MAP_RUN,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_base_json_with_items_path[VALID_ITEMS_PATH_FROM_ITEM_READER]':
    ITEM_READER,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_base_json_with_items_path[INVALID_ITEMS_PATH]':
    ITEM_READER,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_base_json_with_items_path[VALID_ITEMS_PATH_FROM_PREVIOUS]':
    ITEM_READER,
  'v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_state_nested_config_distributed_no_max_max_concurrency':
    MAP_RUN,
  'v2/assign/test_assign_reference_variables.py::TestAssignReferenceVariables::test_reference_in_map_state_max_items_path[MAP_STATE_REFERENCE_IN_MAX_ITEMS_PATH]':
    ITEM_READER,
  'v2/assign/test_assign_reference_variables.py::TestAssignReferenceVariables::test_reference_in_map_state_max_items_path[MAP_STATE_REFERENCE_IN_MAX_PER_BATCH_PATH]':
    ITEM_READER,
  'v2/assign/test_assign_reference_variables.py::TestAssignReferenceVariables::test_reference_in_map_state[MAP_STATE_REFERENCE_IN_TOLERATED_FAILURE_PATH]':
    MAP_RUN,
  'v2/assign/test_assign_reference_variables.py::TestAssignReferenceVariables::test_reference_in_map_state[MAP_STATE_REFERENCE_IN_ITEM_SELECTOR]':
    MAP_RUN,
  'v2/local_mocking/test_base_scenarios.py::TestBaseScenarios::test_map_state_lambda': MAP_RUN,
};
