"""Converter and site builder of 中国工厂与产业升级知识库."""

__version__ = "0.1.0"
