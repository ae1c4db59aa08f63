'use strict';
// VS Code writes its log files through a native module that would have to be compiled. This does the same in plain
// JavaScript: the interface is that of @vscode/spdlog's index.d.ts, of which only the file loggers are used.
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
const info = levels.indexOf('info');

class Logger {
  #file;
  #level = info;
  #formatted = true;

  constructor(_kind, _name, file) {
    mkdirSync(dirname(file), { recursive: true });
    this.#file = file;
  }

  #write(level, message) {
    if (!this.#file || level < this.#level) return;
    const line = this.#formatted
      ? `${new Date().toISOString().replace('T', ' ').replace('Z', '')} [${levels[level]}] ${message}\n`
      : message;
    try {
      appendFileSync(this.#file, line);
    } catch {
      // A log that can't be written must not take the editor down.
    }
  }

  trace(message) {
    this.#write(0, message);
  }
  debug(message) {
    this.#write(1, message);
  }
  info(message) {
    this.#write(2, message);
  }
  warn(message) {
    this.#write(3, message);
  }
  error(message) {
    this.#write(4, message);
  }
  critical(message) {
    this.#write(5, message);
  }

  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  clearFormatters() {
    this.#formatted = false;
  }
  setPattern() {}
  flush() {}
  drop() {
    this.#file = undefined;
  }
}

// One assignment each: VS Code imports this as an ES module, and Node finds only names that are written so.
exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.shutdown = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = async (name, file) => new Logger('rotating', name, file);
exports.createAsyncRotatingLogger = async (name, file) => new Logger('rotating_async', name, file);
