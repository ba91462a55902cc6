/**
 * The Amazon States Language as a type: what `parseDefinition` hands to the engine, the validator and the graph.
 *
 * One interface a state type, holding the fields of both query languages; which of them a state may use is the
 * validator's business, not the compiler's. Field names are the language's own.
 * Source: states-language.net, and the Step Functions developer guide for variables, JSONata and the distributed Map.
 */
import type { Json } from './json.js';

export type QueryLanguage = 'JSONPath' | 'JSONata';

/** A JSON value in which a key ending in `.$` (JSONPath) or a text in `{% %}` (JSONata) stands for a computed value. */
export type Template = Json;

/** A JSON object of templates by name: variables to assign, parameters. */
export type TemplateObject = { readonly [key: string]: Template };

/** A literal number, or under JSONata the text of an expression. */
export type NumberOrExpression = number | string;

export interface StateMachine extends StateGraph {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
  readonly Version?: string;
  /** Seconds until the whole execution is TIMED_OUT. */
  readonly TimeoutSeconds?: number;
}

/** A set of states with its own start: the machine itself, a Parallel's branch, a Map's processor. */
export interface StateGraph {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export type State =
  TaskState | PassState | ChoiceState | WaitState | ParallelState | MapState | SucceedState | FailState;

export type StateType = State['Type'];

interface CommonFields {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
}

/** `null` throws the data away (an empty object goes on); absent means `$`. */
interface InputAndOutputPaths {
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

interface Transition {
  readonly Next?: string;
  readonly End?: boolean;
}

interface Assignment {
  readonly Assign?: TemplateObject;
}

/** JSONata's replacement of OutputPath, ResultPath and ResultSelector. */
interface ComputedOutput {
  readonly Output?: Template;
}

interface Result {
  readonly ResultSelector?: TemplateObject;
  /** A reference path, or null to keep the input. */
  readonly ResultPath?: string | null;
}

interface ErrorHandling {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface Retrier {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  /** Seconds before the first retry; 1 when absent. */
  readonly IntervalSeconds?: number;
  /** 3 when absent, 0 is never. */
  readonly MaxAttempts?: number;
  /** 2.0 when absent. */
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher extends Assignment, ComputedOutput {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
}

export interface TaskState
  extends CommonFields, InputAndOutputPaths, Transition, Assignment, ComputedOutput, Result, ErrorHandling {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Parameters?: Template;
  readonly Arguments?: Template;
  readonly Credentials?: TemplateObject;
  /** Seconds; 99,999,999 when absent. */
  readonly TimeoutSeconds?: NumberOrExpression;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: NumberOrExpression;
  readonly HeartbeatSecondsPath?: string;
}

export interface PassState extends CommonFields, InputAndOutputPaths, Transition, Assignment, ComputedOutput {
  readonly Type: 'Pass';
  readonly Result?: Json;
  readonly Parameters?: Template;
  readonly ResultPath?: string | null;
}

export interface ChoiceState extends CommonFields, InputAndOutputPaths, Assignment, ComputedOutput {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

/** A top-level rule of a Choice state: a JSONPath test, or under JSONata a `Condition`; where to go when it holds. */
export type ChoiceRule = (ChoiceTest | ConditionTest) &
  Assignment &
  ComputedOutput & { readonly Comment?: string; readonly Next: string };

export interface ConditionTest {
  /** `{% ... %}`, which must give a boolean. */
  readonly Condition: string | boolean;
}

/** A JSONPath test: combined of others, or one comparison of `Variable`. */
export type ChoiceTest =
  | { readonly And: readonly ChoiceTest[] }
  | { readonly Or: readonly ChoiceTest[] }
  | { readonly Not: ChoiceTest }
  | Comparison;

/** `Variable` and exactly one operator beside it. */
export type Comparison = { readonly Variable: string } & { readonly [operator in ComparisonOperator]?: Json };

type Ordering = 'Equals' | 'LessThan' | 'GreaterThan' | 'LessThanEquals' | 'GreaterThanEquals';

export type ComparisonOperator =
  | `${'String' | 'Numeric' | 'Timestamp'}${Ordering}${'' | 'Path'}`
  | `BooleanEquals${'' | 'Path'}`
  | 'StringMatches'
  | 'IsNull'
  | 'IsPresent'
  | 'IsNumeric'
  | 'IsString'
  | 'IsBoolean'
  | 'IsTimestamp';

export interface WaitState extends CommonFields, InputAndOutputPaths, Transition, Assignment, ComputedOutput {
  readonly Type: 'Wait';
  readonly Seconds?: NumberOrExpression;
  readonly SecondsPath?: string;
  /** RFC 3339, or under JSONata the text of an expression. */
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export interface ParallelState
  extends CommonFields, InputAndOutputPaths, Transition, Assignment, ComputedOutput, Result, ErrorHandling {
  readonly Type: 'Parallel';
  readonly Branches: readonly StateGraph[];
  readonly Parameters?: Template;
  readonly Arguments?: Template;
}

export interface MapState
  extends CommonFields, InputAndOutputPaths, Transition, Assignment, ComputedOutput, Result, ErrorHandling {
  readonly Type: 'Map';
  /** The processor; `Iterator` is its name in definitions from before December 2022. */
  readonly ItemProcessor?: ItemProcessor;
  readonly Iterator?: ItemProcessor;
  readonly ItemsPath?: string;
  /** JSONata's items: an array, or the text of an expression. */
  readonly Items?: Json;
  readonly ItemSelector?: Template;
  /** `ItemSelector`'s name in definitions from before December 2022. */
  readonly Parameters?: Template;
  /** How many at once; absent or 0 is no limit. */
  readonly MaxConcurrency?: NumberOrExpression;
  readonly MaxConcurrencyPath?: string;
  readonly ItemReader?: ItemReader;
  readonly ItemBatcher?: ItemBatcher;
  readonly ResultWriter?: ResultWriter;
  readonly Label?: string;
  readonly ToleratedFailureCount?: NumberOrExpression;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: NumberOrExpression;
  readonly ToleratedFailurePercentagePath?: string;
}

export interface ItemProcessor extends StateGraph {
  readonly ProcessorConfig?: {
    /** INLINE when absent. */
    readonly Mode?: 'INLINE' | 'DISTRIBUTED';
    readonly ExecutionType?: 'STANDARD' | 'EXPRESS';
  };
}

export interface ItemReader {
  readonly Resource: string;
  readonly ReaderConfig?: {
    readonly InputType?: 'CSV' | 'JSON' | 'JSONL' | 'MANIFEST' | 'PARQUET';
    readonly CSVHeaderLocation?: 'FIRST_ROW' | 'GIVEN';
    readonly CSVHeaders?: readonly string[];
    readonly CSVDelimiter?: 'COMMA' | 'PIPE' | 'SEMICOLON' | 'SPACE' | 'TAB';
    readonly ItemsPointer?: string;
    readonly ManifestType?: string;
    readonly Transformation?: string;
    readonly MaxItems?: NumberOrExpression;
    readonly MaxItemsPath?: string;
  };
  readonly Parameters?: Template;
  readonly Arguments?: Template;
}

export interface ItemBatcher {
  readonly MaxItemsPerBatch?: NumberOrExpression;
  readonly MaxItemsPerBatchPath?: string;
  /** Bytes. */
  readonly MaxInputBytesPerBatch?: NumberOrExpression;
  readonly MaxInputBytesPerBatchPath?: string;
  readonly BatchInput?: Template;
}

export interface ResultWriter {
  readonly Resource?: string;
  readonly Parameters?: Template;
  readonly Arguments?: Template;
  readonly WriterConfig?: {
    readonly Transformation?: 'NONE' | 'COMPACT' | 'FLATTEN';
    readonly OutputType?: 'JSON' | 'JSONL';
  };
}

export interface SucceedState extends CommonFields, InputAndOutputPaths, ComputedOutput {
  readonly Type: 'Succeed';
}

export interface FailState extends CommonFields {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}
