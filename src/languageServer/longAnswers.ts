import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { CancellationToken } from 'vscode-languageserver';
import { Outdated, type Pace } from '../language/steps.js';
import { cancelled } from './connectionOptions.js';
import type { DocumentQueue } from './documentQueue.js';

/**
 * Answers about files as a whole: they take longest, and are missed least. So they are worked out one after the other, and step by
 * step while nothing else is to do: what is typed meanwhile is judged first.
 */
export class LongAnswers {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly queue: Pick<DocumentQueue, 'idle'>) {}

  /** In its turn. @throws ResponseError where it is taken back, or the text changes while it is worked out. */
  answer<T>(work: (pace: Pace) => Promise<T>, taken: CancellationToken): Promise<T> {
    const answer = this.turn.then(() => this.answerShort(work, taken));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  /** The same of no more than a screen, which waits for none of the long ones. */
  async answerShort<T>(work: (pace: Pace) => Promise<T>, taken: CancellationToken): Promise<T> {
    const pace = async (): Promise<void> => {
      await this.queue.idle();
      if (taken.isCancellationRequested) throw cancelled();
    };
    await pace();
    try {
      return await work(pace);
    } catch (error) {
      throw error instanceof Outdated ? new ResponseError(LSPErrorCodes.ContentModified, error.message) : error;
    }
  }
}
