import { fragmentOf, pathnameOf, queryOf, splitPath } from "../../src/path/target";

describe("pathnameOf, queryOf and fragmentOf(target)", () => {
  it.each([
    ["/", "/", "", ""],
    ["/x", "/x", "", ""],
    ["/x?", "/x", "", ""],
    ["/x?a=b", "/x", "a=b", ""],
    ["/x?a=b?c=/d", "/x", "a=b?c=/d", ""],
    ["/x#f", "/x", "", "f"],
    ["/x#f?a=b", "/x", "", "f?a=b"],
    ["/x?a=b#f#g?h", "/x", "a=b", "f#g?h"],
    ["/x?http://h/y", "/x", "http://h/y", ""],
    ["http://h/x?next=/admin#f", "/x", "next=/admin", "f"],
    ["http://h?next=/admin", "/", "next=/admin", ""],
    ["http://h", "/", "", ""],
    ["http://h#/admin", "/", "", "/admin"],
    ["HTTP+x.y-z://user:password@[::1]:80/x/", "/x/", "", ""],
    ["//h/x", "//h/x", "", ""],
    ["/http://h/x", "/http://h/x", "", ""],
    ["h:443", "h:443", "", ""],
    ["*", "*", "", ""],
    ["", "", "", ""],
    ["?a", "", "a", ""],
  ])("take %j apart into %j, %j and %j", (target, pathname, query, fragment) => {
    expect([pathnameOf(target), queryOf(target), fragmentOf(target)]).toEqual([pathname, query, fragment]);
  });
});

describe("splitPath(pathname)", () => {
  it.each([
    ["/", [], false],
    ["/a", ["a"], false],
    ["/a/", ["a"], true],
    ["/a/b%2F/c", ["a", "b%2F", "c"], false],
    ["/a/b/", ["a", "b"], true],
  ])("splits %j into %j; trailing slash: %j", (pathname, components, trailingSlash) => {
    expect(splitPath(pathname)).toEqual({ components, trailingSlash });
  });

  it.each(["", "a", "*", "//", "//a", "/a//", "/a//b", "h:443"])("finds none in %j", (pathname) => {
    expect(splitPath(pathname)).toBeUndefined();
  });
});
