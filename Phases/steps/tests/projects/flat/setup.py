from setuptools import setup

setup(url="https://flat.example", zip_safe=False)
