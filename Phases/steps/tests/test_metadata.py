"""What setup.py and setup.cfg say literally, and where a project's name comes from."""

import subprocess

import pytest

from steps.migrate.metadata import project_name, read


def test_setup_py_is_read_not_run(tree):
    root = tree({"setup.py": "\n".join([
        "from setuptools import setup",
        "VERSION = '1.0'",
        "raise SystemExit('must not run')",
        "setup(name='x', version=VERSION, install_requires=['six'], extras_require={'t': ['pytest']},",
        "      entry_points={'console_scripts': ['x = x:main'], 'plug': 'a = b'}, author='A', license='MIT',",
        "      long_description=open('README').read(), obsoletes=['y'], python_requires='>=3.8')",
    ])})  # fmt: skip
    found = read(root)
    assert found.fields == {
        "name": "x", "version": "1.0", "dependencies": ["six"], "optional-dependencies": {"t": ["pytest"]},
        "scripts": {"x": "x:main"}, "entry-points": {"plug": {"a": "b"}}, "authors": [{"name": "A"}],
        "license": {"text": "MIT"}, "requires-python": ">=3.8",
    }  # fmt: skip
    assert found.dynamic == ["readme"]
    assert [str(f) for f in found.findings] == [
        "setup.py:6: note: long_description=open('README').read(): not literal: stays with setup.py, `readme` is dynamic",
        "setup.py:6: not carried: obsoletes=['y']: no `[project]` field",
    ]


def test_computed_dependencies_are_not_carried(tree):
    found = read(
        tree({"setup.py": "import setuptools\nsetuptools.setup(\n  name='x',\n  install_requires=read('r.txt'))"})
    )
    assert [str(f) for f in found.findings] == [
        "setup.py:4: not carried: install_requires=read('r.txt'): not literal in setup.py; write it into pyproject.toml"
    ]


def test_setup_cfg(tree):
    found = read(tree({"setup.cfg": "\n".join([
        "[metadata]", "name = x", "version = attr: x.v", "provides = y", "long_description = file: README.md", "url = https://x.example",
        "[options]", "packages = find:", "install_requires = a>=1; b", "[options.extras_require]", "t =", "  c ; os_name == 'nt'",
    ])}))  # fmt: skip
    assert found.fields == {
        "name": "x", "readme": "README.md", "urls": {"Homepage": "https://x.example"}, "dependencies": ["a>=1", "b"],
        "optional-dependencies": {"t": ["c ; os_name == 'nt'"]},
    }  # fmt: skip
    assert found.dynamic == ["version"]
    assert [str(f) for f in found.findings] == [
        "setup.cfg:3: note: version = attr: x.v: stays with setuptools: `version` is dynamic",
        "setup.cfg:4: not carried: provides = y: no `[project]` field",
    ]


@pytest.mark.parametrize(
    ("files", "given", "name", "origin"),
    [
        ({"pyproject.toml": '[project]\nname = "A_b"'}, "Given Name", "given-name", "--name"),
        (
            {"pyproject.toml": '[project]\nname = "A_b"', "setup.cfg": "[metadata]\nname = c"},
            None,
            "a-b",
            "pyproject.toml [project]",
        ),
        ({"setup.cfg": "[metadata]\nname = c", "README.md": "# D"}, None, "c", "setup.cfg:2"),
        ({"README.md": "[![badge](x)](y)\n\n# **Home** Security!\n"}, None, "home-security", "the README's title"),
        ({"README.md": "# What this is and what it is not\n", "dir/x": ""}, None, None, "the directory's name"),
    ],
)
def test_name(tree, files, given, name, origin):
    root = tree(files)
    found = project_name(root, read(root), given)
    assert found[1] == origin
    assert found[0] == (name or found[0])
    assert found[0]


def test_the_git_remote_names_a_project_without_a_title(tree):
    root = tree({"x.py": ""})
    subprocess.run(["git", "init", "-q", root], check=True)
    subprocess.run(["git", "-C", root, "remote", "add", "origin", "git@h.example:group/My.Repo.git"], check=True)
    assert project_name(root, read(root), None) == ("my-repo", "the git remote")
