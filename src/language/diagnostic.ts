import type { DiagnosticCode } from './diagnosticCodes.js';

/** 0-based, characters in UTF-16 units, as the Language Server Protocol counts. */
export interface Position {
  line: number;
  character: number;
}

/** `end` is exclusive. */
export interface Range {
  start: Position;
  end: Position;
}

export type Severity = 'error' | 'warning' | 'information';

/** Something to say about a place in a file. */
export interface Diagnostic {
  severity: Severity;
  /** Stable: settings, comments in files and quick fixes name it. */
  code: DiagnosticCode;
  message: string;
  /** `services[0].routes[1].paths[0]`; empty for the file as a whole. */
  path: string;
  range: Range;
  /** What a quick fix needs. */
  data?: DiagnosticData;
  /** Who says so, where it was a gateway or a tool that was asked: `Kong 3.9.3 (staging)`. */
  source?: string;
}

export interface DiagnosticData {
  /** What could stand there instead, the closest first. */
  suggestions?: string[];
  /** The field that is missing. */
  missing?: string;
}
