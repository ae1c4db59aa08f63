'use strict';
// The native module ends an extension host whose parent has died. VS Code also looks for its parent every second in plain
// JavaScript, which is enough for a host that lives as long as a test.
exports.start = () => {};
exports.exit = (code) => process.exit(code);
