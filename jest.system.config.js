// Tests that need programs of the operating system, which `npm ci` does not bring: CONTRIBUTING.md names them.
const { projects } = require("./jest.config");

module.exports = {
  ...projects[0],
  displayName: "system",
  testMatch: ["<rootDir>/__tests__/system/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  testTimeout: 60_000,
};
