"""What is published of a rubric never changes, and a rating names a level of its own component: held by triggers.

The check locks the version's row against being published in the same moment (FOR SHARE), so that of an edit and a
publication at once one comes first and the other sees it.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION assessments_refuse_if_published(version bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz;
BEGIN
    SELECT published_at INTO since FROM assessments_rubricversion WHERE id = version FOR SHARE;
    IF since IS NOT NULL THEN
        RAISE EXCEPTION 'a published version of a rubric does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'published_rubric_stays';
    END IF;
END $$;

CREATE FUNCTION assessments_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- who published it may be forgotten, when that person is erased
    IF TG_OP = 'UPDATE' AND NEW.published_by_id IS NULL
        AND (NEW.id, NEW.rubric_id, NEW.number, NEW.published_at) = (OLD.id, OLD.rubric_id, OLD.number, OLD.published_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a published version of a rubric does not change'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'published_rubric_stays';
END $$;

CREATE FUNCTION assessments_component_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM assessments_refuse_if_published(OLD.version_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM assessments_refuse_if_published(NEW.version_id);
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION assessments_level_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM assessments_refuse_if_published(version_id) FROM assessments_component WHERE id = OLD.component_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM assessments_refuse_if_published(version_id) FROM assessments_component WHERE id = NEW.component_id;
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION assessments_rating_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM assessments_component component
        JOIN assessments_observation observation ON observation.version_id = component.version_id
        WHERE component.id = NEW.component_id AND observation.id = NEW.observation_id
    ) OR (NEW.level_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM assessments_level WHERE id = NEW.level_id AND component_id = NEW.component_id
    )) THEN
        RAISE EXCEPTION 'a rating is of a component of the observation''s rubric, at one of its levels'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rating_fits_the_rubric';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER published_version_stays BEFORE UPDATE OR DELETE ON assessments_rubricversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION assessments_version_stays();
CREATE TRIGGER published_component_stays BEFORE INSERT OR UPDATE OR DELETE ON assessments_component
    FOR EACH ROW EXECUTE FUNCTION assessments_component_stays();
CREATE TRIGGER published_level_stays BEFORE INSERT OR UPDATE OR DELETE ON assessments_level
    FOR EACH ROW EXECUTE FUNCTION assessments_level_stays();
CREATE TRIGGER rating_fits BEFORE INSERT OR UPDATE ON assessments_rating
    FOR EACH ROW EXECUTE FUNCTION assessments_rating_fits();
"""

BACKWARDS = """
DROP TRIGGER rating_fits ON assessments_rating;
DROP TRIGGER published_level_stays ON assessments_level;
DROP TRIGGER published_component_stays ON assessments_component;
DROP TRIGGER published_version_stays ON assessments_rubricversion;
DROP FUNCTION assessments_rating_fits, assessments_level_stays, assessments_component_stays,
    assessments_version_stays, assessments_refuse_if_published;
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_observations_and_rubrics")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
