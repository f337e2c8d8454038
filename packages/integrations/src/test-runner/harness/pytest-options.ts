/**
 * A pytest plugin for repositories whose own configuration asks for coverage (`addopts = --cov=…`) where `pytest-cov` is not
 * installed: pytest would refuse to start (exit code 4) before a single test ran. The options are taken and measure nothing.
 */
export const pytestOptions = String.raw`import importlib.util


def pytest_addoption(parser):
    if importlib.util.find_spec("pytest_cov") is not None:
        return
    group = parser.getgroup("coverage (pytest-cov is not installed: ignored)")
    for name in ("--cov", "--cov-report"):
        group.addoption(name, action="append", nargs="?", const="", default=[])
    for name in ("--cov-config", "--cov-fail-under", "--cov-context"):
        group.addoption(name, default=None)
    for name in ("--no-cov", "--cov-append", "--cov-branch", "--cov-reset", "--no-cov-on-fail"):
        group.addoption(name, action="store_true")
`
