/** What the engine refuses; doors and views give each `code` its words. */

/** Anything that the engine itself refuses. */
export class OdysseeError extends Error {
  readonly code: string;
  /** What the sentence names, such as the slug that was not found. */
  readonly values: Readonly<Record<string, string>>;

  constructor(code: string, values: Readonly<Record<string, string>> = {}) {
    super(code);
    this.name = new.target.name;
    this.code = code;
    this.values = values;
  }
}

/** There is no such stop. */
export class NotFound extends OdysseeError {
  constructor(values: Readonly<Record<string, string>>) {
    super("not_found", values);
  }
}

/** The progress token is damaged, cut, or of another legend. */
export class ProgressUnreadable extends OdysseeError {
  constructor() {
    super("progress_unreadable");
  }
}

/** An "I am here" was said too far from the last known position. */
export class HereImplausible extends OdysseeError {
  constructor(values: Readonly<Record<string, string>>) {
    super("here_implausible", values);
  }
}
